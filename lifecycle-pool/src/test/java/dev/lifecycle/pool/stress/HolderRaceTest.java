package dev.lifecycle.pool.stress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.Lease;
import dev.lifecycle.pool.AcquireTimeoutException;
import dev.lifecycle.stress.Race;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule 22: the patrol that forgets who last had a free object never forgets who holds it, nor takes the last one for the holder. */
@Timeout(120)
class HolderRaceTest {
  /** A pool of one free object that the referee had last, and a patrol that comes when it is told. */
  private abstract static class Held {
    volatile Object lease;

    /** Claims for the current thread. */
    abstract Object claim() throws Exception;

    /** Claims for nobody known. */
    abstract Object claimForAFuture() throws Exception;

    abstract void release(Object lease);

    abstract void patrol();

    /** The ids of the threads that are known to hold something. */
    abstract List<Long> holders() throws Exception;
  }

  private static final class Real extends Held {
    private final RealPool real;

    Real() {
      Round round = new Round(false, 1, r -> new RealPool(r, 1));
      real = (RealPool) round.pool;
    }

    @Override
    Object claim() throws InterruptedException {
      return real.acquire(Round.LONG);
    }

    @Override
    Object claimForAFuture() {
      return real.pool.acquireAsync(Round.LONG).join();
    }

    @Override
    void release(Object lease) {
      ((Lease<?>) lease).close();
    }

    @Override
    void patrol() {
      real.room.ring();
    }

    @Override
    List<Long> holders() throws InterruptedException {
      try {
        real.acquire(Duration.ZERO);
        return List.of();
      } catch (AcquireTimeoutException e) {
        return e.holders().stream().map(holder -> holder.threadId()).toList();
      }
    }
  }

  private enum Bug {
    NONE,
    /** What was forgotten is not put back if somebody claimed meanwhile. */
    DOES_NOT_LOOK_AGAIN,
    /** Claims for futures are not kept out while it forgets. */
    FORGETS_IN_NO_TURN
  }

  /** One word and one owner, as in a slot. */
  private static final class Copy extends Held {
    private final Bug bug;
    private final AtomicReference<Thread> owner = new AtomicReference<>(Thread.currentThread());
    private final AtomicLong word = new AtomicLong();
    private final ReentrantLock turn = new ReentrantLock();

    Copy(Bug bug) {
      this.bug = bug;
    }

    @Override
    Object claim() {
      for (long w = word.get(); (w & 1) != 0 || !word.compareAndSet(w, w + 1); w = word.get()) {
        LockSupport.parkNanos(1_000);
      }
      owner.set(Thread.currentThread());
      return this;
    }

    @Override
    Object claimForAFuture() {
      turn.lock();
      try {
        word.incrementAndGet();
        owner.set(null);
        return this;
      } finally {
        turn.unlock();
      }
    }

    @Override
    void release(Object lease) {
      word.incrementAndGet();
    }

    @Override
    void patrol() {
      if (bug != Bug.FORGETS_IN_NO_TURN) {
        turn.lock();
      }
      try {
        long free = word.get();
        Thread last = owner.get();
        if ((free & 1) != 0 || last == null) {
          return;
        }
        if (bug == Bug.DOES_NOT_LOOK_AGAIN) {
          Race.linger();
        }
        if (owner.compareAndSet(last, null) && bug != Bug.DOES_NOT_LOOK_AGAIN) {
          if (bug != Bug.NONE) {
            Race.linger();
          }
          if (word.get() != free) {
            owner.compareAndSet(null, last);
          }
        }
      } finally {
        if (bug != Bug.FORGETS_IN_NO_TURN) {
          turn.unlock();
        }
      }
    }

    @Override
    List<Long> holders() {
      Thread thread = owner.get();
      return thread == null ? List.of() : List.of(thread.getId());
    }
  }

  /** The thread that holds it in the end is the one that claims again and again, so that it may be the one whose name is forgotten. */
  private static Race<Held> threads(Callable<Held> making) {
    AtomicReference<Thread> holder = new AtomicReference<>();
    return Race.of(making)
        .actor(held -> {
          holder.set(Thread.currentThread());
          for (int i = 0; i < 3; i++) {
            Object lease = held.claim();
            Race.dawdle();
            held.release(lease);
            Race.dawdle();
          }
          held.claim();
        })
        .actor(HolderRaceTest::patrols)
        .judge(held -> held.holders().equals(List.of(holder.get().getId())) ? null : "held by " + holder.get().getId() + ", known " + held.holders());
  }

  private static Race<Held> futures(Callable<Held> making) {
    return Race.of(making)
        .actor(held -> held.lease = held.claimForAFuture())
        .actor(HolderRaceTest::patrols)
        .judge(held -> held.holders().isEmpty() ? null : "held by a future, known " + held.holders());
  }

  private static void patrols(Held held) {
    for (int i = 0; i < 4; i++) {
      held.patrol();
      Race.dawdle();
    }
  }

  @Test
  void theHolderOfALeaseIsNeverForgotten() {
    assertThat(threads(Real::new).run().violation()).isNull();
  }

  @Test
  void theLeaseOfAFutureIsNeverTakenForThatOfTheLastHolder() {
    assertThat(futures(Real::new).run().violation()).isNull();
  }

  @Test
  void theCopyWithoutABugPasses() {
    assertThat(threads(() -> new Copy(Bug.NONE)).run().violation()).isNull();
    assertThat(futures(() -> new Copy(Bug.NONE)).run().violation()).isNull();
  }

  @Test
  void aHolderThatIsForgottenIsFound() {
    assertThat(threads(() -> new Copy(Bug.DOES_NOT_LOOK_AGAIN)).hunt().violation()).contains("known []");
  }

  @Test
  void aLastHolderThatIsPutBackBesideAFutureIsFound() {
    assertThat(futures(() -> new Copy(Bug.FORGETS_IN_NO_TURN)).hunt().violation()).contains("held by a future");
  }
}
