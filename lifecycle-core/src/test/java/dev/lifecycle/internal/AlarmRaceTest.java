package dev.lifecycle.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.junit.VirtualClock;
import dev.lifecycle.spi.Alarm;
import dev.lifecycle.stress.Race;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An alarm that is set while it rings or is cancelled: no time that was set after the last cancel is lost, and none rings early or twice. */
@Timeout(60)
class AlarmRaceTest {
  private static final long FIRST = 10;
  private static final long SECOND = 20;

  private static final class Round {
    final VirtualClock clock = new VirtualClock();
    final AtomicInteger rings = new AtomicInteger();
    final AtomicLong rungAt = new AtomicLong();
    final AtomicBoolean early = new AtomicBoolean();
    final Alarm alarm;
    private final DeadlineTimer timer = new DeadlineTimer(clock, Workers.SYSTEM);

    Round(Function<Round, Alarm> maker) {
      alarm = maker.apply(this);
      alarm.at(FIRST);
    }

    void ring() {
      rungAt.set(clock.nanoTime());
      early.compareAndSet(false, clock.nanoTime() < FIRST);
      rings.incrementAndGet();
    }

    String violation() {
      int before = rings.get();
      if (before > 2 || early.get()) {
        return "rang " + before + " times, early " + early;
      }
      clock.advance(Duration.ofNanos(SECOND)); // the second time was set after all else: it has rung at or after its turn
      Race.until(() -> rungAt.get() > 0 && timer.pending() == 0);
      int known = rings.get(); // one that was set too late may still be about to ring on a library thread
      alarm.at(clock.nanoTime() + 1);
      clock.advance(Duration.ofNanos(1));
      Race.until(() -> rings.get() > known);
      return null;
    }
  }

  private static Alarm engine(Round round) {
    return new HouseAlarm(new House(round.clock, CoarseClock.on(round.clock), round.timer), round::ring);
  }

  /** Believes that what it has listed is what fires: a time set between the two is forgotten. */
  private static final class Copy extends TimerNode implements Alarm {
    private final Round round;
    private long pending = Long.MAX_VALUE;

    Copy(Round round) {
      this.round = round;
    }

    @Override
    public synchronized void at(long nanos) {
      if (pending <= nanos) {
        return;
      }
      round.timer.remove(this);
      pending = nanos;
      due = nanos;
      round.timer.add(this);
    }

    @Override
    public synchronized void cancel() {
      pending = Long.MAX_VALUE;
      round.timer.remove(this);
    }

    @Override
    void fire() {
      Race.linger();
      synchronized (this) {
        pending = Long.MAX_VALUE;
        round.timer.remove(this);
      }
      round.ring();
    }
  }

  @Test
  void aTimeThatIsSetWhileAnEarlierOneFiresIsNotLost() {
    assertThat(lastSet(AlarmRaceTest::engine).run().violation()).isNull();
  }

  @Test
  void theRaceFindsAnAlarmThatForgetsWhatWasSetWhileItFired() {
    assertThat(lastSet(Copy::new).hunt().violation()).contains("lost");
  }

  /** Cancels the first time and sets the second, while the first may be firing; the second must ring at its time. */
  private static Race<Round> lastSet(Function<Round, Alarm> maker) {
    Callable<Round> rounds = () -> new Round(maker);
    return Race.of(rounds)
        .actor(round -> {
          round.alarm.cancel();
          round.alarm.at(SECOND);
        })
        .actor(round -> round.clock.advance(Duration.ofNanos(FIRST)))
        .judge(round -> {
          round.clock.advance(Duration.ofNanos(SECOND - FIRST));
          return round.rungAt.get() >= SECOND ? null : "the second time is lost: rang " + round.rings + " times, last at " + round.rungAt;
        });
  }

  @Test
  void setCancelledAndRungAtOnceAnAlarmStillWorks() {
    assertThat(
            Race.of(() -> new Round(AlarmRaceTest::engine))
                .actor(round -> round.clock.advance(Duration.ofNanos(FIRST)))
                .actor(round -> {
                  round.alarm.cancel();
                  round.alarm.at(SECOND);
                })
                .actor(round -> round.alarm.at(FIRST))
                .judge(Round::violation)
                .run()
                .violation())
        .isNull();
  }
}
