package dev.lifecycle.concurrent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.stress.Race;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A value that comes while its slot is refused, as that of an abandoned mapper may, is discarded by exactly one of the two threads. */
@Timeout(60)
class SlotRaceTest {
  /** A slot as the race sees it. */
  private interface Place {
    void fill(Consumer<Object> onDiscard);

    void refuse(Consumer<Object> onDiscard);
  }

  private static final class Real implements Place {
    private final Slot<Object> slot = new Slot<>();

    @Override
    public void fill(Consumer<Object> onDiscard) {
      slot.fill("value", onDiscard);
    }

    @Override
    public void refuse(Consumer<Object> onDiscard) {
      slot.refuse(onDiscard, new Others());
    }
  }

  /** Looks whether the slot was refused and then fills it. */
  private static final class LooksFirst implements Place {
    private volatile Object value;
    private volatile boolean refused;

    @Override
    public void fill(Consumer<Object> onDiscard) {
      if (refused) {
        onDiscard.accept("value");
      } else {
        Race.dawdle();
        value = "value";
      }
    }

    @Override
    public void refuse(Consumer<Object> onDiscard) {
      refused = true;
      if (value != null) {
        onDiscard.accept(value);
      }
    }
  }

  private static final class Round {
    final Place place;
    final AtomicInteger discards = new AtomicInteger();

    Round(Place place) {
      this.place = place;
    }

    void discard(Object value) {
      discards.incrementAndGet();
    }
  }

  private static Race<Round> race(Callable<Place> places) {
    return Race.of(() -> new Round(places.call()))
        .actor(round -> round.place.fill(round::discard))
        .actor(round -> round.place.refuse(round::discard))
        .judge(round -> round.discards.get() == 1 ? null : "discarded " + round.discards + " times");
  }

  @Test
  void aValueThatMeetsARefusalIsDiscardedOnce() {
    assertThat(race(Real::new).run().violation()).isNull();
  }

  @Test
  void theRaceFindsASlotThatIsLookedAtBeforeItIsFilled() {
    assertThat(race(LooksFirst::new).hunt().violation()).contains("discarded 0 times");
  }
}
