package dev.lifecycle.pool.unit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.Lease;
import dev.lifecycle.pool.ObjectPool;
import dev.lifecycle.pool.PoolStats;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The shape of the API: an object comes back by its lease, or not at all. */
class AcquireApiTest {
  private static Stream<Method> methods(Class<?> type) {
    return Arrays.stream(type.getMethods()).filter(m -> m.getDeclaringClass() != Object.class);
  }

  @Test
  void noMethodOfAPoolTakesAnObjectBack() {
    Type pooled = ObjectPool.class.getTypeParameters()[0];
    assertThat(methods(ObjectPool.class).filter(m -> List.of(m.getGenericParameterTypes()).contains(pooled))).isEmpty();
    assertThat(methods(ObjectPool.class).filter(m -> !Modifier.isStatic(m.getModifiers())).flatMap(m -> Arrays.stream(m.getParameterTypes())).distinct())
        .as("nor anything that could be one")
        .containsExactlyInAnyOrder(Duration.class, ObjectPool.Body.class, ObjectPool.Effect.class, Lease.class, int.class);
  }

  @Test
  void onlyDetachTakesALeaseAndItGivesTheObjectAway() {
    assertThat(methods(ObjectPool.class).filter(m -> List.of(m.getParameterTypes()).contains(Lease.class)).map(Method::getName)).containsExactly("detach");
  }

  @Test
  void aLeaseHasFourWordsAndNoneTakesAnything() {
    assertThat(methods(Lease.class).map(Method::getName)).containsExactlyInAnyOrder("get", "isOpen", "close", "invalidate");
    assertThat(methods(Lease.class).filter(m -> m.getParameterCount() > 0)).isEmpty();
  }

  @Test
  void figuresCannotChangeAnything() {
    assertThat(methods(PoolStats.class).filter(m -> m.getParameterCount() > 0 || m.getReturnType() != int.class && m.getReturnType() != long.class)).isEmpty();
  }

  @Test
  void nothingButTheApiIsExported() throws Exception {
    Path classes = Path.of(ObjectPool.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    ModuleDescriptor module = ModuleFinder.of(classes).find("dev.lifecycle.pool").orElseThrow().descriptor();
    assertThat(module.exports()).extracting(ModuleDescriptor.Exports::source).containsExactly("dev.lifecycle.pool");
    assertThat(module.opens()).isEmpty();
  }
}
