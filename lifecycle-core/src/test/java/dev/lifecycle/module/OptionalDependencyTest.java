package dev.lifecycle.module;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.Scope;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.lang.reflect.InvocationTargetException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

/** The library where none of its optional dependencies is present, on the class path and on the module path. */
class OptionalDependencyTest {
  private static final String CARRIER = "dev.lifecycle.context.micrometer.MicrometerCarrier";

  private static URL location(Class<?> of) {
    return of.getProtectionDomain().getCodeSource().getLocation();
  }

  /** Core and these tests, and nothing else but the JDK. */
  private static URLClassLoader alone() {
    return new URLClassLoader("alone", new URL[] {location(Scope.class), location(OptionalDependencyTest.class)}, ClassLoader.getPlatformClassLoader());
  }

  @Test
  void tasksRunOnTheClassPathWithoutThem() throws Exception {
    try (URLClassLoader alone = alone()) {
      Callable<?> probe = (Callable<?>) alone.loadClass(ScopeProbe.class.getName()).getConstructor().newInstance();
      assertThat(probe).isNotInstanceOf(ScopeProbe.class);
      assertThat(probe.call()).isEqualTo("carried to the task");
    }
  }

  @Test
  void onlyTheBridgeItselfMissesThem() throws Exception {
    try (URLClassLoader alone = alone()) {
      assertThatThrownBy(() -> alone.loadClass(CARRIER).getMethod("global").invoke(null))
          .isInstanceOfAny(InvocationTargetException.class, NoClassDefFoundError.class)
          .hasStackTraceContaining("io/micrometer/context/ContextSnapshotFactory");
    }
  }

  @Test
  void theModuleResolvesWithoutThem() throws Exception {
    Configuration configuration =
        ModuleLayer.boot().configuration().resolve(ModuleFinder.of(Path.of(URI.create(location(Scope.class).toString()))), ModuleFinder.of(), Set.of("dev.lifecycle"));
    ModuleLayer layer = ModuleLayer.defineModulesWithOneLoader(configuration, List.of(ModuleLayer.boot()), ClassLoader.getPlatformClassLoader()).layer();
    Class<?> scope = layer.findLoader("dev.lifecycle").loadClass(Scope.class.getName());
    assertThat(scope.getModule().getName()).isEqualTo("dev.lifecycle");
    try (AutoCloseable opened = (AutoCloseable) scope.getMethod("open", String.class).invoke(null, "probe")) {
      assertThat(opened.toString()).contains("probe");
    }
  }
}
