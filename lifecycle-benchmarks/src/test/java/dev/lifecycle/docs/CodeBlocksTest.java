package dev.lifecycle.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Compiles every Java block of the README and of the docs. A block stands in a method of a class whose other members, the services and variables that
 * the prose talks about, are in the resource {@code surroundings.txt}.
 */
class CodeBlocksTest {
  private static final Pattern BLOCK = Pattern.compile("^```java\\n(.*?)^```", Pattern.MULTILINE | Pattern.DOTALL);

  @TempDir Path output;

  @TestFactory
  Stream<DynamicTest> everyJavaBlockCompiles() throws IOException {
    String surroundings = surroundings();
    List<DynamicTest> tests = new ArrayList<>();
    for (Path page : pages()) {
      Matcher block = BLOCK.matcher(Files.readString(page));
      for (int i = 1; block.find(); i++) {
        String code = block.group(1);
        tests.add(DynamicTest.dynamicTest(root().relativize(page) + " #" + i, () -> assertThat(errors(surroundings.replace("/*BLOCK*/", code))).isEmpty()));
      }
    }
    assertThat(tests).as("blocks found").hasSizeGreaterThan(4);
    return tests.stream();
  }

  @Test
  void aBlockWithAnErrorIsFound() throws IOException {
    assertThat(errors(surroundings().replace("/*BLOCK*/", "Scope.opne(\"x\");"))).isNotEmpty();
  }

  private static String surroundings() throws IOException {
    try (InputStream in = Objects.requireNonNull(CodeBlocksTest.class.getResourceAsStream("surroundings.txt"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private List<String> errors(String source) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
    JavaFileObject file =
        new SimpleJavaFileObject(URI.create("string:///Surroundings.java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return source;
          }
        };
    List<String> options = List.of("-proc:none", "-d", output.toString(), "-classpath", System.getProperty("java.class.path"));
    boolean good = compiler.getTask(null, null, diagnostics, options, null, List.of(file)).call();
    return good ? List.of() : diagnostics.getDiagnostics().stream().map(Object::toString).toList();
  }

  private static List<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>();
    pages.add(root().resolve("README.md"));
    try (Stream<Path> docs = Files.walk(root().resolve("docs"))) {
      docs.filter(p -> p.toString().endsWith(".md")).sorted().forEach(pages::add);
    }
    return pages;
  }

  private static Path root() {
    Path here = Path.of("").toAbsolutePath();
    return Files.exists(here.resolve("README.md")) ? here : Objects.requireNonNull(here.getParent());
  }
}
