package dev.lifecycle.module;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.lifecycle.Scope;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor;
import java.net.URI;
import java.net.URL;

/** Where core's compiled main code lies. Found through one of its classes, since each build pass has its own directory. */
final class MainCode {
  private MainCode() {}

  static JavaClasses classes() {
    return new ClassFileImporter().importUrl(location());
  }

  static ModuleDescriptor module() {
    try (InputStream in = URI.create(location() + "module-info.class").toURL().openStream()) {
      return ModuleDescriptor.read(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static URL location() {
    return Scope.class.getProtectionDomain().getCodeSource().getLocation();
  }
}
