package dev.lifecycle.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.junit.VirtualClock;
import dev.lifecycle.stress.Race;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The slots of {@link DeadlineTimer}: whoever takes a young node out of its slot, there is one who does, and none is slept over. */
@Timeout(60)
class YoungNodesRaceTest {
  private static final long DUE = 10;

  private static class Node extends TimerNode {
    final AtomicInteger ends = new AtomicInteger();
    volatile boolean removed;

    Node(long due) {
      this.due = due;
    }

    @Override
    void fire() {
      ends.incrementAndGet();
    }

    void removed(boolean yes) {
      removed = yes;
      if (yes) {
        ends.incrementAndGet();
      }
    }
  }

  /** A timer in which two nodes meet in a slot, and which fires when it is told. */
  private abstract static class Slots {
    final Node one = new Node(DUE);
    final Node other = new Node(DUE);

    abstract void add(Node node);

    abstract boolean remove(Node node);

    abstract void expire();

    abstract int pending();

    void come(Node node) {
      add(node);
      Race.dawdle();
      node.removed(remove(node));
    }

    String violation() {
      for (Node node : new Node[] {one, other}) {
        if (!node.removed) {
          Race.until(() -> node.ends.get() > 0); // it has fired, or is about to on a library thread
        }
        if (node.ends.get() != 1) {
          return "removed " + node.removed + " and ended " + node.ends + " times";
        }
      }
      return pending() == 0 ? null : "still pending: " + pending();
    }
  }

  private static final class Engine extends Slots {
    private final VirtualClock clock = new VirtualClock();
    private final DeadlineTimer timer = new DeadlineTimer(clock, Workers.SYSTEM);

    @Override
    void add(Node node) {
      timer.addYoung(node, 1);
    }

    @Override
    boolean remove(Node node) {
      return timer.remove(node);
    }

    @Override
    void expire() {
      clock.advance(Duration.ofNanos(DUE));
    }

    @Override
    int pending() {
      return timer.pending();
    }
  }

  /** One slot and an old place, which take by CAS, or with the bug by looking first. */
  private static final class Copy extends Slots {
    private final boolean bug;
    private final AtomicReference<Node> slot = new AtomicReference<>();
    private final AtomicReference<Node> old = new AtomicReference<>();
    private volatile boolean expired;

    Copy(boolean bug) {
      this.bug = bug;
    }

    @Override
    synchronized void add(Node node) {
      Node elder = slot.get();
      while (!slot.compareAndSet(elder, node)) {
        elder = slot.get();
      }
      if (elder != null) {
        old.set(elder);
      }
      if (expired) {
        expire();
      }
    }

    @Override
    boolean remove(Node node) {
      if (take(slot, node)) {
        return true;
      }
      synchronized (this) {
        return take(old, node);
      }
    }

    private boolean take(AtomicReference<Node> from, Node node) {
      if (!bug) {
        return from.compareAndSet(node, null);
      }
      boolean there = from.get() == node;
      if (there) {
        Race.linger();
        from.set(null);
      }
      return there;
    }

    @Override
    synchronized void expire() {
      expired = true;
      fire(slot);
      fire(old);
    }

    private void fire(AtomicReference<Node> from) {
      Node node = from.get();
      if (node != null && take(from, node)) {
        node.fire();
      }
    }

    @Override
    synchronized int pending() {
      return (slot.get() == null ? 0 : 1) + (old.get() == null ? 0 : 1);
    }
  }

  private static Race<Slots> ends(Callable<Slots> slots) {
    return Race.of(slots).actor(s -> s.come(s.one)).actor(s -> s.come(s.other)).actor(Slots::expire).judge(Slots::violation);
  }

  @Test
  void aYoungNodeIsRemovedOrFiresButNeverBothAndNeverNeither() {
    assertThat(ends(Engine::new).run().violation()).isNull();
  }

  @Test
  void theCopyThatTakesByCasIsRight() {
    assertThat(ends(() -> new Copy(false)).run().violation()).isNull();
  }

  @Test
  void theRaceFindsASlotThatIsEmptiedWithoutCas() {
    assertThat(ends(() -> new Copy(true)).hunt().violation()).isNotNull();
  }

  @Test
  void noYoungNodeIsSleptOver() {
    DeadlineTimer timer = new DeadlineTimer(SystemClock.INSTANCE, Workers.SYSTEM);
    Race.Result result = Race.of(() -> new Node(SystemClock.INSTANCE.nanoTime() + 20_000))
        .actor(timer::addYoung)
        .actor(node -> {
          Node passing = new Node(node.due - 10_000); // the thread goes back to sleep when it finds that this one has gone
          timer.addYoung(passing);
          Race.dawdle();
          timer.remove(passing);
        })
        .judge(node -> {
          Race.until(() -> node.ends.get() > 0);
          return SystemClock.INSTANCE.nanoTime() >= node.due ? null : "fired early";
        })
        .run();
    assertThat(result.violation()).isNull();
  }

  /** The hand-over between an adder and a thread that goes to sleep. */
  private static final class Sleep {
    private final boolean bug;
    private final AtomicLong wakeAt = new AtomicLong(DUE - 1); // for one that has gone
    private final AtomicReference<Node> slot = new AtomicReference<>();
    private final Node node = new Node(DUE);
    private volatile boolean woken;

    Sleep(boolean bug) {
      this.bug = bug;
    }

    void add() {
      slot.set(node);
      Race.dawdle();
      woken = node.due < wakeAt.get();
    }

    void sleep() {
      if (!bug) {
        wakeAt.set(Long.MAX_VALUE);
      }
      Node seen = slot.get();
      Race.dawdle();
      wakeAt.set(seen == null ? Long.MAX_VALUE : seen.due);
    }

    String violation() {
      return woken || wakeAt.get() <= DUE ? null : "slept over";
    }
  }

  private static Race<Sleep> sleeps(boolean bug) {
    return Race.of(() -> new Sleep(bug)).actor(Sleep::add).actor(Sleep::sleep).judge(Sleep::violation);
  }

  @Test
  void theCopyThatRaisesBeforeItLooksIsRight() {
    assertThat(sleeps(false).run().violation()).isNull();
  }

  @Test
  void theRaceFindsASleeperThatLooksBeforeItRaises() {
    assertThat(sleeps(true).hunt().violation()).contains("slept over");
  }
}
