package dev.lifecycle.module;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.Scope;
import io.micrometer.context.ContextSnapshotFactory;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.lang.reflect.InvocationTargetException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
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
    URL[] urls = {location(Scope.class), location(OptionalDependencyTest.class)};
    return new URLClassLoader("alone", urls, ClassLoader.getPlatformClassLoader());
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
    Class<?> scope = layer(Set.of("dev.lifecycle"), Scope.class).loadClass(Scope.class.getName());
    assertThat(scope.getModule().getName()).isEqualTo("dev.lifecycle");
    try (AutoCloseable opened = (AutoCloseable) scope.getMethod("open", String.class).invoke(null, "probe")) {
      assertThat(opened.toString()).contains("probe");
    }
  }

  @Test
  void whereTheDependencyIsAModuleTheBridgeReadsIt() throws Exception {
    ClassLoader layer = layer(Set.of("dev.lifecycle", "context.propagation"), Scope.class, ContextSnapshotFactory.class);
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    Thread.currentThread().setContextClassLoader(layer); // where the registry looks for accessors; the tests' own has some of another class loader
    try {
      Object carrier = layer.loadClass(CARRIER).getMethod("global").invoke(null);
      assertThat(carrier.getClass().getModule().getName()).isEqualTo("dev.lifecycle");
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
  }

  /** The class loader of a layer with the modules of these classes only. */
  private static ClassLoader layer(Set<String> roots, Class<?>... of) {
    ModuleFinder finder = ModuleFinder.of(Arrays.stream(of).map(c -> Path.of(URI.create(location(c).toString()))).toArray(Path[]::new));
    Configuration configuration = ModuleLayer.boot().configuration().resolve(finder, ModuleFinder.of(), roots);
    return ModuleLayer.defineModulesWithOneLoader(configuration, List.of(ModuleLayer.boot()), ClassLoader.getPlatformClassLoader())
        .layer()
        .findLoader("dev.lifecycle");
  }
}
