package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.internal.Timers;
import dev.lifecycle.spi.Alarm;
import dev.lifecycle.spi.Housekeeping;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The clocks and alarms that the resources of a lifecycle share. */
@Timeout(20)
class AlarmTest extends ResourceFixture {
  private final Housekeeping house = own(lifecycle.open("app")).scope.housekeeping();
  private final List<Duration> rings = new ArrayList<>();
  private final Alarm alarm = house.alarm(() -> rings.add(now()));

  private void at(long seconds) {
    alarm.at(Duration.ofSeconds(seconds).toNanos());
  }

  @Test
  void anAlarmRingsOnceAtItsTimeOnTheThreadThatMovesTheClock() {
    AtomicReference<Thread> thread = new AtomicReference<>();
    house.alarm(() -> thread.set(Thread.currentThread())).at(Duration.ofSeconds(2).toNanos());
    at(2);
    clock.advance(Duration.ofSeconds(1));
    assertThat(rings).isEmpty();
    clock.advance(Duration.ofSeconds(5));

    assertThat(rings).containsExactly(Duration.ofSeconds(2));
    assertThat(thread.get()).isSameAs(Thread.currentThread());
  }

  @Test
  void anEarlierTimeReplacesAPendingOneAndALaterOneDoesNot() {
    at(4);
    at(2);
    at(3);
    clock.advance(Duration.ofSeconds(10));

    assertThat(rings).containsExactly(Duration.ofSeconds(2));
    assertThat(Timers.pending(lifecycle)).isZero();
  }

  @Test
  void aCancelledAlarmDoesNotRingAndMayBeSetAgain() {
    at(2);
    alarm.cancel();
    assertThat(Timers.pending(lifecycle)).isZero();
    at(3);
    clock.advance(Duration.ofSeconds(10));

    assertThat(rings).containsExactly(Duration.ofSeconds(3));
  }

  @Test
  void theActionMaySetItsOwnAlarm() {
    AtomicReference<Alarm> own = new AtomicReference<>();
    own.set(house.alarm(() -> {
      rings.add(now());
      if (rings.size() < 3) {
        own.get().at(clock.nanoTime() + Duration.ofSeconds(1).toNanos());
      }
    }));
    own.get().at(0);
    until(() -> rings.size() == 1); // what has passed rings on a library thread: nobody may ever move the clock
    clock.advance(Duration.ofSeconds(5));

    assertThat(rings).containsExactly(Duration.ZERO, Duration.ofSeconds(1), Duration.ofSeconds(2));
  }

  @Test
  void anActionThatThrowsSilencesNoAlarm() {
    AtomicInteger runs = new AtomicInteger();
    Alarm bad = house.alarm(() -> {
      runs.incrementAndGet();
      throw new IllegalStateException("an action of the test");
    });
    bad.at(1);
    at(1);
    clock.advance(Duration.ofSeconds(1));
    bad.at(Duration.ofSeconds(2).toNanos());
    clock.advance(Duration.ofSeconds(1));

    assertThat(runs).hasValue(2);
    assertThat(rings).hasSize(1);
  }

  @Test
  void onAClockThatIsMovedByHandTheCoarseTimeIsTheTime() {
    clock.advance(Duration.ofNanos(7));
    assertThat(house.coarseTime()).isEqualTo(7);
  }

  @Test
  void theCoarseTimeOfARunningClockNeverLeads() {
    try (Lifecycle real = Lifecycle.create(o -> o.name("real"))) {
      Housekeeping running = own(real.open("app")).scope.housekeeping();
      for (int i = 0; i < 1_000; i++) {
        assertThat(running.coarseTime()).isLessThanOrEqualTo(running.clock().nanoTime());
      }
    }
  }

  @Test
  void onARunningClockTheActionsOfAllAlarmsRunOneAfterTheOtherOnALibraryThread() throws Exception {
    try (Lifecycle one = Lifecycle.create(o -> o.name("one")); Lifecycle other = Lifecycle.create(o -> o.name("other"))) {
      int alarms = 200;
      CountDownLatch rung = new CountDownLatch(alarms);
      AtomicInteger inside = new AtomicInteger();
      AtomicInteger most = new AtomicInteger();
      Set<Boolean> daemons = ConcurrentHashMap.newKeySet();
      for (int i = 0; i < alarms; i++) {
        Housekeeping of = own((i % 2 == 0 ? one : other).open("app")).scope.housekeeping();
        of.alarm(() -> {
          most.accumulateAndGet(inside.incrementAndGet(), Math::max);
          daemons.add(Thread.currentThread().isDaemon());
          Thread.yield();
          inside.decrementAndGet();
          rung.countDown();
        }).at(of.clock().nanoTime() + i % 7 * 1_000_000);
      }
      rung.await();

      assertThat(most).hasValue(1);
      assertThat(daemons).containsExactly(true);
    }
  }
}
