package dev.lifecycle.unit;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Schedule;
import dev.lifecycle.Service;
import dev.lifecycle.Supervisor;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule 56: when a periodic action runs. */
@Timeout(20)
class PeriodicTimingTest {
  private final WatchedClock clock = new WatchedClock();
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.name("schedules").clock(clock));
  private final Supervisor app = lifecycle.supervisor("app", o -> o);
  private final List<Duration> starts = new CopyOnWriteArrayList<>();
  private final Semaphore leave = new Semaphore(0);
  private final AtomicInteger running = new AtomicInteger();

  @AfterEach
  void close() {
    leave.release(1_000);
    lifecycle.close();
  }

  /** Notes when it starts; ends at once. */
  private void brief() {
    starts.add(Duration.ofNanos(clock.nanoTime()));
  }

  /** Notes when it starts; ends when told. */
  private void held() throws InterruptedException {
    assertThat(running.incrementAndGet()).isEqualTo(1);
    brief();
    leave.acquire();
    running.decrementAndGet();
  }

  private void awaitStarts(Duration... expected) {
    Soon.asserted(() -> assertThat(starts).containsExactly(expected));
  }

  @Test
  void aFixedDelayCountsFromTheEndOfEachRun() {
    app.every("flush", Schedule.fixedDelay(ofSeconds(5)), this::held);
    clock.awaitDue(ofSeconds(5));
    clock.advanceTo(ofSeconds(5));
    awaitStarts(ofSeconds(5));
    clock.advanceTo(ofSeconds(12));
    leave.release();
    clock.awaitDue(ofSeconds(17));
    clock.advanceTo(ofSeconds(17));
    awaitStarts(ofSeconds(5), ofSeconds(17));
  }

  @Test
  void aFixedRateKeepsToTheGridOfItsFirstRun() {
    app.every("flush", Schedule.fixedRate(ofSeconds(5)).initialDelay(ofSeconds(2)), this::held);
    clock.awaitDue(ofSeconds(2));
    clock.advanceTo(ofSeconds(2));
    awaitStarts(ofSeconds(2));
    clock.advanceTo(ofSeconds(6));
    leave.release();
    clock.awaitDue(ofSeconds(7));
    clock.advanceTo(ofSeconds(7));
    awaitStarts(ofSeconds(2), ofSeconds(7));
  }

  @Test
  void ticksThatPassDuringARunBecomeOneWhichStartsAtOnceAndTheNextKeepsToTheGrid() {
    app.every("flush", Schedule.fixedRate(ofSeconds(5)), this::held);
    clock.awaitDue(ofSeconds(5));
    clock.advanceTo(ofSeconds(5));
    awaitStarts(ofSeconds(5));
    clock.advanceTo(ofSeconds(23)); // 10, 15 and 20 have passed
    leave.release();
    awaitStarts(ofSeconds(5), ofSeconds(23));
    leave.release();
    clock.awaitDue(ofSeconds(25));
    clock.advanceTo(ofSeconds(25));
    awaitStarts(ofSeconds(5), ofSeconds(23), ofSeconds(25));
  }

  @Test
  void aRunThatEndsOnAPointOfTheGridIsFollowedAtOnce() {
    app.every("flush", Schedule.fixedRate(ofSeconds(5)), this::held);
    clock.awaitDue(ofSeconds(5));
    clock.advanceTo(ofSeconds(5));
    awaitStarts(ofSeconds(5));
    clock.advanceTo(ofSeconds(10));
    leave.release();
    awaitStarts(ofSeconds(5), ofSeconds(10));
    leave.release();
    clock.awaitDue(ofSeconds(15));
  }

  @Test
  void runsNeverOverlapHoweverManyTicksPass() {
    app.every("flush", Schedule.fixedRate(ofMillis(1)), this::held);
    clock.awaitDue(ofMillis(1));
    clock.advanceTo(ofMillis(1));
    awaitStarts(ofMillis(1));
    clock.advanceTo(ofSeconds(10));
    assertThat(clock.isNothingDue()).as("no tick is waited for while a run is under way").isTrue();
    leave.release();
    awaitStarts(ofMillis(1), ofSeconds(10));
    assertThat(running).hasValue(1);
  }

  @Test
  void theFirstRunComesAfterTheInitialDelay() {
    app.every("flush", Schedule.fixedDelay(ofSeconds(5)).initialDelay(ofMillis(20)), this::brief);
    clock.awaitDue(ofMillis(20));
    clock.advanceTo(ofMillis(20));
    awaitStarts(ofMillis(20));
    clock.awaitDue(ofMillis(5_020));
  }

  @Test
  void anInitialDelayOfZeroRunsAtOnce() {
    app.every("delayed", Schedule.fixedDelay(ofSeconds(5)).initialDelay(ZERO), this::brief);
    awaitStarts(ZERO);
    clock.awaitDue(ofSeconds(5));
  }

  @Test
  void anInitialDelayOfZeroAtAFixedRateSetsTheGridToTheStart() {
    app.every("rated", Schedule.fixedRate(ofSeconds(5)).initialDelay(ZERO), this::held);
    awaitStarts(ZERO);
    clock.advanceTo(ofSeconds(3));
    leave.release();
    clock.awaitDue(ofSeconds(5));
  }

  @Test
  void aDelayPastTheEndOfTheClockIsWaitedForAndNotTakenForTheEnd() {
    Service service = app.every("flush", Schedule.fixedDelay(ofDays(365L * 10_000)).initialDelay(ZERO), this::brief);
    Service first = app.every("later", Schedule.fixedRate(ofDays(365L * 10_000)), this::brief);
    awaitStarts(ZERO);
    clock.advance(ofDays(365L * 200));
    assertThat(service.status()).isEqualTo(Service.Status.RUNNING);
    assertThat(first.status()).isEqualTo(Service.Status.RUNNING);
    assertThat(first.stop("enough")).isTrue();
    Soon.until(() -> first.status() == Service.Status.STOPPED);
    assertThat(starts).hasSize(1);
  }
}
