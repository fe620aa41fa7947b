package dev.lifecycle.benchmarks.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/** The version of a peer, as its jar tells: the page must not name another one than was run. */
final class Version {
  private Version() {}

  static String of(String group, String artifact) {
    try (InputStream in = Version.class.getResourceAsStream("/META-INF/maven/" + group + '/' + artifact + "/pom.properties")) {
      Properties properties = new Properties();
      properties.load(in);
      return properties.getProperty("version");
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
