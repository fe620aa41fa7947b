package dev.lifecycle.stress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.DeadlineExceededException;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.Scope;
import dev.lifecycle.ScopeCancelledException;
import dev.lifecycle.flow.Handoff;
import dev.lifecycle.flow.HandoffClosedException;
import dev.lifecycle.flow.WhenFull;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Producers, consumers, an interrupt and the end meet in a hand-off of one or two places: each element is at one place in the end, nobody is left waiting, and
 * the figures add up. A race that does not end is a lost wake-up.
 */
@Timeout(120)
class HandoffRaceTest {
  private static final Lifecycle LIFECYCLE = Lifecycle.create(o -> o.name("handoff-race"));
  private static final int ELEMENTS = 6;

  /** What the race needs of a hand-off. */
  interface Subject {
    void put(int element) throws InterruptedException;

    void offer(int element) throws InterruptedException;

    Integer take() throws InterruptedException;

    /** The producers' end, or everybody's. */
    void end();

    /** Afterwards: gives back what is left. */
    void settle();

    /** What the figures say is wrong; null if nothing. */
    String miscounted(int kept, int taken, int dropped);
  }

  /** One round. Elements 0 to 2 are put, 3 to 5 are offered. */
  private static final class Round {
    final AtomicIntegerArray places = new AtomicIntegerArray(ELEMENTS);
    final AtomicInteger kept = new AtomicInteger();
    final AtomicInteger taken = new AtomicInteger();
    final AtomicInteger dropped = new AtomicInteger();
    volatile Thread victim;
    final Subject subject;

    Round(Making making) {
      subject = making.make(this);
    }

    void isAt(AtomicInteger place, int element) {
      places.incrementAndGet(element);
      place.incrementAndGet();
    }

    void drop(int element) {
      isAt(dropped, element);
    }

    void produce(int from, boolean offering) {
      for (int i = from; i < from + ELEMENTS / 2; i++) {
        try {
          if (offering) {
            subject.offer(i);
          } else {
            subject.put(i);
          }
        } catch (InterruptedException | HandoffClosedException | ScopeCancelledException | DeadlineExceededException e) {
          isAt(kept, i);
        }
      }
      Thread.interrupted();
    }

    void consume() {
      for (;;) {
        try {
          Integer element = subject.take();
          if (element == null) {
            break;
          }
          isAt(taken, element);
        } catch (InterruptedException e) {
          // again: the end is what ends it
        } catch (ScopeCancelledException | DeadlineExceededException e) {
          break;
        }
      }
      victim = null;
      Thread.interrupted();
    }

    String violation() {
      subject.settle();
      for (int i = 0; i < ELEMENTS; i++) {
        if (places.get(i) != 1) {
          return "element " + i + " is at " + places.get(i) + " places; kept " + kept + ", taken " + taken + ", dropped " + dropped;
        }
      }
      return subject.miscounted(kept.get(), taken.get(), dropped.get());
    }
  }

  @FunctionalInterface
  private interface Making {
    Subject make(Round round);
  }

  private static Race<Round> race(Making making) {
    return Race.of(() -> new Round(making))
        .actor(round -> round.produce(0, false))
        .actor(round -> round.produce(ELEMENTS / 2, true))
        .actor(round -> {
          round.victim = Thread.currentThread();
          round.consume();
        })
        .actor(round -> {
          Race.dawdle();
          Thread victim = round.victim;
          if (victim != null) {
            victim.interrupt();
          }
          Race.dawdle();
          round.subject.end();
        })
        .judge(Round::violation);
  }

  /** The real one. */
  private static final class Real implements Subject {
    private final Scope scope = LIFECYCLE.open("race.scope");
    private final Handoff<Integer> handoff;
    private final boolean cancelling;

    Real(Round round, WhenFull policy, int capacity, boolean cancelling) {
      this.cancelling = cancelling;
      handoff = Handoff.in(scope, "race.handoff", capacity, o -> o.whenFull(policy).onDropped(round::drop));
    }

    @Override
    public void put(int element) throws InterruptedException {
      handoff.put(element);
    }

    @Override
    public void offer(int element) throws InterruptedException {
      if (!handoff.offer(element)) {
        handoff.put(element);
      }
    }

    @Override
    public Integer take() throws InterruptedException {
      return handoff.take();
    }

    @Override
    public void end() {
      if (cancelling) {
        scope.cancel("race");
      } else {
        handoff.close();
      }
    }

    @Override
    public void settle() {
      scope.close();
    }

    @Override
    public String miscounted(int kept, int taken, int dropped) {
      Map<String, Long> f = handoff.figures().values();
      boolean good = f.get("size") == 0 && f.get("taken") == taken && f.get("dropped") + f.get("discarded") == dropped && f.get("put") == ELEMENTS - kept;
      return good ? null : "kept " + kept + ", taken " + taken + ", dropped " + dropped + ", but " + f;
    }
  }

  @Test
  void everyElementIsAtOnePlaceAfterAClose() {
    assertThat(race(round -> new Real(round, WhenFull.BLOCK, 1, false)).run().violation()).isNull();
  }

  @Test
  void everyElementIsAtOnePlaceAfterACancel() {
    assertThat(race(round -> new Real(round, WhenFull.BLOCK, 2, true)).run().violation()).isNull();
  }

  @Test
  void everyElementIsAtOnePlaceIfTheOldestIsDropped() {
    assertThat(race(round -> new Real(round, WhenFull.DROP_OLDEST, 1, true)).run().violation()).isNull();
  }

  @Test
  void everyElementIsAtOnePlaceIfTheNewestIsDropped() {
    assertThat(race(round -> new Real(round, WhenFull.DROP_NEWEST, 1, false)).run().violation()).isNull();
  }

  @Test
  void theCopyWithoutABugPasses() {
    assertThat(race(round -> new CopiedHandoff(round::drop, false, CopiedHandoff.Bug.NONE)).run().violation()).isNull();
  }

  @Test
  void theCopyWithoutABugPassesACancelToo() {
    assertThat(race(round -> new CopiedHandoff(round::drop, true, CopiedHandoff.Bug.NONE)).run().violation()).isNull();
  }

  @Test
  void aConsumerThatIsNeverWokenIsFound() {
    assertThat(race(round -> new CopiedHandoff(round::drop, false, CopiedHandoff.Bug.LOOKS_FOR_THE_END_TOO_EARLY)).hunt().violation()).contains("in vain");
  }

  @Test
  void anElementGivenToAConsumerThatLeavesIsFoundToBeLost() {
    assertThat(race(round -> new CopiedHandoff(round::drop, false, CopiedHandoff.Bug.LEAVES_BLINDLY)).hunt().violation()).contains("at 0 places");
  }

  @Test
  void anElementThatIsTakenWhileItIsGivenBackIsFoundToBeDoubled() {
    assertThat(race(round -> new CopiedHandoff(round::drop, false, CopiedHandoff.Bug.GIVES_BACK_BESIDE_THE_LOCK)).hunt().violation()).contains("at 2 places");
  }

  @Test
  void aDropThatIsNotCountedIsFound() {
    assertThat(race(round -> new CopiedHandoff(round::drop, true, CopiedHandoff.Bug.FORGETS_TO_COUNT)).hunt().violation()).contains("but");
  }
}
