package dev.lifecycle.pool.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.Lease;
import dev.lifecycle.pool.AcquireTimeoutException;
import dev.lifecycle.pool.ObjectPool;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code call} and {@code run}. */
class AcquireCallTest extends AcquireFixture {
  @Test
  void callGivesTheBodyAnObjectAndReturnsWhatItReturns() throws InterruptedException {
    ObjectPool<Thing> pool = pool(1).build();
    Thing used = pool.<Thing, RuntimeException>call(thing -> {
      assertThat(pool.stats().leased()).isEqualTo(1);
      return thing;
    });
    assertThat(used).isSameAs(things.made.get(0));
    assertThat(pool.stats().idle()).isEqualTo(1);
    assertThat(pool.stats().staleCloses()).isZero();
  }

  @Test
  void callMayReturnNull() throws InterruptedException {
    assertThat(pool(1).build().<Thing, RuntimeException>call(thing -> null)).isNull();
  }

  @Test
  void runGivesTheBodyAnObject() throws InterruptedException {
    ObjectPool<Thing> pool = pool(1).build();
    List<Thing> used = new ArrayList<>();
    pool.run(used::add);
    assertThat(used).isEqualTo(things.made).hasSize(1);
    assertThat(pool.stats().idle()).isEqualTo(1);
  }

  @Test
  void whatTheBodyThrowsComesAsItIsAndTheObjectGoesBack() {
    ObjectPool<Thing> pool = pool(1).build();
    for (Throwable t : new Throwable[] {new IOException("io"), new IllegalStateException("state"), new InterruptedException("body"), new AssertionError("error")}) {
      assertThatThrownBy(() -> pool.call(thing -> fail(t))).isSameAs(t).hasNoSuppressedExceptions();
      assertThatThrownBy(() -> pool.run(thing -> fail(t))).isSameAs(t).hasNoSuppressedExceptions();
      assertThat(pool.stats().idle()).isEqualTo(1);
    }
    assertThat(things.made).hasSize(1);
  }

  private static Object fail(Throwable t) throws Exception {
    if (t instanceof Error error) {
      throw error;
    }
    throw (Exception) t;
  }

  @Test
  void bothAcquireWithTheTimeoutOfThePool() throws InterruptedException {
    Duration timeout = Duration.ofSeconds(3);
    ObjectPool<Thing> pool = pool(1).acquireTimeout(timeout).build();
    try (Lease<Thing> held = pool.acquire()) {
      AcquireCaller<Thing> call = lineUp(pool, () -> pool.call(t -> t));
      AcquireCaller<Boolean> run = lineUp(pool, () -> {
        pool.run(t -> {});
        return true;
      });
      clock.advance(timeout.minusNanos(1));
      assertThat(pool.stats().pending()).isEqualTo(2);
      clock.advance(Duration.ofNanos(1));
      assertThat(call.failure()).isInstanceOf(AcquireTimeoutException.class);
      assertThat(run.failure()).isInstanceOf(AcquireTimeoutException.class);
      assertThat(held.isOpen()).isTrue();
    }
  }

  @Test
  void anInterruptEndsTheWaitAndTheBodyDoesNotRun() throws InterruptedException {
    ObjectPool<Thing> pool = pool(1).build();
    try (Lease<Thing> held = pool.acquire()) {
      AcquireCaller<Thing> call = lineUp(pool, () -> pool.call(t -> {
        throw new AssertionError("ran");
      }));
      call.interrupt();
      assertThat(call.failure()).isInstanceOf(InterruptedException.class);
      assertThat(held.isOpen()).isTrue();
    }
  }

  @Test
  void aNullBodyIsNamedAndTakesNothing() {
    ObjectPool<Thing> pool = pool(1).build();
    assertThatThrownBy(() -> pool.call(null)).isInstanceOf(NullPointerException.class).hasMessageContaining("body");
    assertThatThrownBy(() -> pool.run(null)).isInstanceOf(NullPointerException.class).hasMessageContaining("body");
    assertThat(things.made).isEmpty();
  }
}
