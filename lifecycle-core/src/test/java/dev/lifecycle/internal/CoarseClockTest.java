package dev.lifecycle.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.junit.VirtualClock;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class CoarseClockTest {
  private static final long TICK = TimeUnit.MILLISECONDS.toNanos(5);

  private final CoarseClock coarse = new CoarseClock(SystemClock.INSTANCE, false);

  @Test
  void itLagsAndNeverLeads() {
    long[] lags = new long[200_000];
    for (int i = 0; i < lags.length; i++) {
      long reading = coarse.nanoTime();
      lags[i] = SystemClock.INSTANCE.nanoTime() - reading;
      assertThat(lags[i]).as("lead").isGreaterThanOrEqualTo(0);
    }
    Arrays.sort(lags);
    // The bound of 10 ms holds while the process gets CPU, which a shared machine does not promise for every reading.
    assertThat(lags[lags.length / 2]).as("the median lag").isLessThanOrEqualTo(2 * TICK);
  }

  @Test
  void itStopsWhenNobodyReads() {
    coarse.nanoTime();
    assertThat(coarse.isStopped()).isFalse();
    Awaitility.await().until(coarse::isStopped);
  }

  @Test
  void itIsStoppedBeforeTheFirstReading() {
    assertThat(coarse.isStopped()).isTrue();
  }

  @Test
  void aReaderThatFindsItStoppedReadsThePreciseClockAndRestartsIt() {
    for (int round = 0; round < 3; round++) {
      Awaitility.await().until(coarse::isStopped);
      long before = SystemClock.INSTANCE.nanoTime();
      long reading = coarse.nanoTime();
      assertThat(reading).as("precise, not the last tick").isBetween(before, SystemClock.INSTANCE.nanoTime());
      assertThat(coarse.isStopped()).isFalse();
      // It ticks again: the readings move on while somebody reads, and are not precise ones.
      Awaitility.await().pollInterval(1, TimeUnit.MILLISECONDS).pollDelay(Duration.ZERO).until(() -> {
        long tick = coarse.nanoTime();
        return tick > reading && tick == coarse.nanoTime();
      });
    }
  }

  @Test
  void onAClockThatIsMovedByHandItIsThatClock() {
    VirtualClock clock = new VirtualClock();
    CoarseClock on = CoarseClock.on(clock);
    assertThat(on.nanoTime()).isZero();
    clock.advance(Duration.ofNanos(1));
    assertThat(on.nanoTime()).isEqualTo(1);
    clock.advance(Duration.ofDays(1));
    assertThat(on.nanoTime()).isEqualTo(clock.nanoTime());
  }
}
