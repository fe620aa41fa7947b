package dev.lifecycle.unit;

import static java.time.Duration.ofDays;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.FailureReport;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.Schedule;
import dev.lifecycle.Service;
import dev.lifecycle.Supervisor;
import dev.lifecycle.diagnostics.Snapshot;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule 56: an action that runs at the times that a function gives. The clock begins at midnight, the first of January 2000 in Greenwich. */
@Timeout(20)
class ScheduleTimesTest {
  private static final ZoneId TOKYO = ZoneId.of("Asia/Tokyo"); // nine hours ahead

  private final WatchedClock clock = new WatchedClock();
  private final RecordingListener listener = new RecordingListener();
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.name("schedules").clock(clock).failureListener(listener));
  private final Supervisor app = lifecycle.supervisor("app", o -> o);
  private final List<ZonedDateTime> asked = new CopyOnWriteArrayList<>();
  private final AtomicInteger runs = new AtomicInteger();

  @AfterEach
  void close() {
    lifecycle.close();
    assertThat(Snapshot.take(lifecycle).tasks()).isZero();
  }

  private Service every(UnaryOperator<ZonedDateTime> next) {
    return app.every(
        "nightly",
        Schedule.times(
            TOKYO,
            from -> {
              asked.add(from);
              return next.apply(from);
            }),
        runs::incrementAndGet);
  }

  private static ZonedDateTime at(Duration reading) {
    return ZonedDateTime.of(2000, 1, 1, 9, 0, 0, 0, TOKYO).plus(reading);
  }

  private static ZonedDateTime nextHour(ZonedDateTime from) {
    return from.plusHours(1);
  }

  private void run(Duration at) {
    int before = runs.get();
    clock.awaitDue(at);
    clock.advanceTo(at);
    Soon.until(() -> runs.get() == before + 1);
  }

  @Test
  void theFunctionIsAskedInItsZoneWithThePresentAndThenWithTheEndOfEachRun() {
    every(ScheduleTimesTest::nextHour);
    assertThat(asked).containsExactly(at(Duration.ZERO));
    run(ofHours(1));
    clock.awaitDue(ofHours(2));
    assertThat(asked).containsExactly(at(Duration.ZERO), at(ofHours(1)));
  }

  @Test
  void timesThatPassDuringARunAreMissed() throws Exception {
    ParkedBody<String> body = ParkedBody.returning("done");
    app.every("nightly", Schedule.times(TOKYO, from -> from.plusMinutes(10).withSecond(0)), body::call);
    clock.awaitDue(ofMinutes(10));
    clock.advanceTo(ofMinutes(10));
    body.awaitEntered();
    clock.advanceTo(ofMinutes(34));
    body.release();
    clock.awaitDue(ofMinutes(44));
  }

  @Test
  void nullEndsTheSchedule() {
    Service service = every(from -> runs.get() == 0 ? nextHour(from) : null);
    run(ofHours(1));
    Soon.until(() -> service.status() == Service.Status.COMPLETED);
    assertThat(service.lastFailure()).isNull();
    assertThat(clock.isNothingDue()).isTrue();
    assertThat(listener.all()).isEmpty();
  }

  @Test
  void nullAtOnceEndsItWithoutARun() throws Exception {
    Service service = every(from -> null);
    Soon.until(() -> service.status() == Service.Status.COMPLETED);
    assertThat(service.awaitReady(ofSeconds(1))).isTrue();
    assertThat(runs).hasValue(0);
  }

  @Test
  void aTimeThatIsNotLaterEndsItAsFailed() {
    Service service = every(from -> runs.get() == 0 ? nextHour(from) : from);
    run(ofHours(1));
    Soon.until(() -> service.status() == Service.Status.FAILED);
    assertThat(service.lastFailure()).isInstanceOf(IllegalStateException.class).hasMessageContaining("not later");
    assertThat(listener.awaitFirst(FailureReport.Kind.SERVICE_FAILED).failure()).isSameAs(service.lastFailure());
    assertThat(clock.isNothingDue()).isTrue();
    assertThat(app.info().cancelled()).isFalse();
  }

  @Test
  void whatTheFunctionThrowsEndsItAsFailed() {
    IllegalArgumentException bad = new IllegalArgumentException("bad");
    Service service =
        every(
            from -> {
              if (runs.get() > 0) {
                throw bad;
              }
              return nextHour(from);
            });
    run(ofHours(1));
    Soon.until(() -> service.status() == Service.Status.FAILED);
    assertThat(service.lastFailure()).isSameAs(bad);
    assertThat(listener.awaitFirst(FailureReport.Kind.SERVICE_FAILED).failure()).isSameAs(bad);
  }

  @Test
  void whatTheFunctionThrowsTheFirstTimeIsTheCallersAndNothingIsLeftBehind() {
    assertThatThrownBy(() -> every(from -> from.minusNanos(1))).isInstanceOf(IllegalStateException.class).hasMessageContaining("not later");
    assertThatThrownBy(() -> every(from -> { throw new IllegalArgumentException("bad"); })).isInstanceOf(IllegalArgumentException.class).hasMessage("bad");
    assertThat(Snapshot.take(lifecycle).scopes()).isEqualTo(1);
    assertThat(clock.isNothingDue()).isTrue();
  }

  @Test
  void aWallClockThatWasSetBackRunsNothingEarly() {
    every(ScheduleTimesTest::nextHour);
    clock.awaitDue(ofHours(1));
    clock.setWall(ofMinutes(-30));
    clock.advanceTo(ofHours(1));
    clock.awaitDue(ofMinutes(90));
    assertThat(runs).hasValue(0);
    run(ofMinutes(90));
  }

  @Test
  void aWallClockThatWasSetBackAfterARunDoesNotRepeatIt() {
    every(ScheduleTimesTest::nextHour);
    run(ofHours(1)); // at ten
    clock.awaitDue(ofHours(2));
    assertThat(asked).hasSize(2);
    clock.advanceTo(ofMinutes(119));
    clock.setWall(ofHours(-1)); // again just before ten
    clock.advanceTo(ofHours(2));
    run(ofHours(3)); // eleven by the wall
    clock.awaitDue(ofHours(4));
    assertThat(asked).last().isEqualTo(at(ofHours(2)));
  }

  @Test
  void aTimeFartherThanTheClockReachesIsWaitedFor() {
    Service service = every(from -> from.plusYears(5_000));
    clock.advance(ofDays(1_000));
    assertThat(service.status()).isEqualTo(Service.Status.RUNNING);
    assertThat(runs).hasValue(0);
  }
}
