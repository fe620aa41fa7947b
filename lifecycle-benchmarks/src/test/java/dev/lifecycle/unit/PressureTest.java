package dev.lifecycle.unit;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.Scope;
import dev.lifecycle.casestudies.Check;
import dev.lifecycle.casestudies.connections.Pressure;
import dev.lifecycle.pool.ObjectPool;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whether the check for starved waiters can fail: by pools that starve some, and by one that does not. */
@Timeout(60)
class PressureTest {
  private static final int OBJECTS = 4;

  @Test
  void aPoolThatServesTheNewestWaiterFirstFailsBothChecks() throws InterruptedException {
    Pressure.Shares shares = pressed(new Waiters(true)::claim);
    assertThat(shares.failures()).isEmpty();
    assertThat(shares.checks()).filteredOn(check -> !check.met()).as(shares::toString).extracting(Check::condition)
        .hasSize(2).anyMatch(condition -> condition.contains("fewest claims")).anyMatch(condition -> condition.contains("longest wait"));
  }

  @Test
  void aStrictLinePasses() throws InterruptedException {
    Pressure.Shares shares = pressed(new Waiters(false)::claim);
    assertThat(shares.checks()).as(shares::toString).allMatch(Check::met);
  }

  @Test
  void theObjectPoolPasses() throws InterruptedException {
    try (Scope scope = Scope.open("test.pressure")) {
      ObjectPool<Object> pool = ObjectPool.in(scope, "test.pool", Object::new).size(OBJECTS).build();
      Pressure.Shares shares = pressed(() -> pool.acquire(ofSeconds(30)));
      assertThat(shares.checks()).as(shares::toString).allMatch(Check::met);
    }
  }

  @Test
  void aClaimThatFailsIsCounted() throws InterruptedException {
    Pressure.Shares shares = Pressure.run(() -> {
      throw new IllegalStateException("none");
    }, 2, ofMillis(1), ofMillis(20));
    assertThat(shares.failures()).hasSize(2);
    assertThat(shares.checks()).noneMatch(check -> check.met() && check.condition().contains("failed"));
  }

  private static Pressure.Shares pressed(Callable<? extends AutoCloseable> claim) throws InterruptedException {
    return Pressure.run(claim, 4 * OBJECTS, ofMillis(1), ofSeconds(1));
  }

  /** A pool without objects. Who waits is served in order, or the newest first. */
  private static final class Waiters {
    private final Deque<CompletableFuture<AutoCloseable>> waiting = new ArrayDeque<>();
    private final boolean newestFirst;
    private int free = OBJECTS;

    Waiters(boolean newestFirst) {
      this.newestFirst = newestFirst;
    }

    AutoCloseable claim() {
      CompletableFuture<AutoCloseable> turn = new CompletableFuture<>();
      synchronized (this) {
        if (free > 0) {
          free--;
          return this::letGo;
        }
        waiting.addLast(turn);
      }
      return turn.join();
    }

    private void letGo() {
      CompletableFuture<AutoCloseable> next;
      synchronized (this) {
        next = newestFirst ? waiting.pollLast() : waiting.pollFirst();
        if (next == null) {
          free++;
          return;
        }
      }
      next.complete(this::letGo);
    }
  }
}
