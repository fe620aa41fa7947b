package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.RestartPolicy;
import dev.lifecycle.Service;
import dev.lifecycle.Supervisor;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule 52: how long a restart waits. */
@Timeout(20)
class RestartBackoffTest extends ServiceFixture {
  private static final Duration WINDOW = Duration.ofSeconds(30);

  private final Supervisor app = lifecycle.supervisor("app", o -> o);
  private final ToldBody body = ToldBody.listening();

  private Service start(RestartPolicy policy) {
    Service service = app.service("app.service", policy.limit(1_000, WINDOW), body);
    body.awaitRun(1);
    return service;
  }

  /** Lets the present run fail and waits until the next has begun; returns how long that took. */
  private Duration delay(Service service) throws InterruptedException {
    body.fail("down");
    return restart(service);
  }

  private Duration restart(Service service) throws InterruptedException {
    int runs = body.runs();
    awaitBackoff(app, service);
    long before = clock.nanoTime();
    assertThat(clock.advanceToNextDeadline()).isTrue();
    body.awaitRun(runs + 1);
    return Duration.ofNanos(clock.nanoTime() - before);
  }

  @Test
  void delaysDoubleUpToTheMost() throws Exception {
    Service service = start(RestartPolicy.onFailure().backoff(Duration.ofMillis(100), Duration.ofSeconds(1), 0));
    for (long millis : new long[] {100, 200, 400, 800, 1_000, 1_000}) {
      assertThat(delay(service)).isEqualTo(Duration.ofMillis(millis));
    }
  }

  @Test
  void aRestartDoesNotComeBeforeItsTime() throws Exception {
    Service service = start(after(RestartPolicy.onFailure(), Duration.ofSeconds(2)));
    body.fail("down");
    awaitBackoff(app, service);
    clock.advance(Duration.ofSeconds(2).minusNanos(1));
    settle(app);
    assertThat(service.status()).isEqualTo(Service.Status.BACKOFF);
    assertThat(body.runs()).isEqualTo(1);
    clock.advance(Duration.ofNanos(1));
    body.awaitRun(2);
  }

  @Test
  void jitterTakesOffAtMostItsPartAndIsDrawnAnewForEachDelay() throws Exception {
    Service service = start(RestartPolicy.onFailure().backoff(Duration.ofSeconds(1), Duration.ofSeconds(1), 0.25));
    Set<Duration> seen = new HashSet<>();
    for (int i = 0; i < 30; i++) {
      Duration delay = delay(service);
      assertThat(delay).isBetween(Duration.ofMillis(750), Duration.ofSeconds(1));
      seen.add(delay);
    }
    assertThat(seen).hasSizeGreaterThan(20);
  }

  @Test
  void aRunAsLongAsTheWindowStartsTheRowAnew() throws Exception {
    Service service = start(RestartPolicy.onFailure().backoff(Duration.ofMillis(100), Duration.ofSeconds(10), 0));
    assertThat(delay(service)).isEqualTo(Duration.ofMillis(100));
    assertThat(delay(service)).isEqualTo(Duration.ofMillis(200));
    clock.advance(WINDOW.minusNanos(1));
    assertThat(delay(service)).as("after a run that was a little too short").isEqualTo(Duration.ofMillis(400));
    clock.advance(WINDOW);
    assertThat(delay(service)).as("after a run as long as the window").isEqualTo(Duration.ofMillis(100));
    assertThat(delay(service)).isEqualTo(Duration.ofMillis(200));
  }

  @Test
  void returnsOfAnAlwaysServiceCountInTheRowToo() throws Exception {
    Service service = start(RestartPolicy.always().backoff(Duration.ofMillis(100), Duration.ofSeconds(10), 0));
    body.complete();
    assertThat(restart(service)).isEqualTo(Duration.ofMillis(100));
    body.complete();
    assertThat(restart(service)).isEqualTo(Duration.ofMillis(200));
  }

  @Test
  void withoutAnInitialDelayThereIsNone() {
    start(RestartPolicy.onFailure().backoff(Duration.ZERO, Duration.ofSeconds(10), 0));
    for (int run = 1; run < 10; run++) {
      body.fail("down");
      body.awaitRun(run + 1);
    }
    assertThat(clock.nanoTime()).isZero();
  }

  @Test
  void otherServicesGoOnDuringADelay() throws Exception {
    ToldBody other = ToldBody.listening();
    app.service("app.other", atOnce(RestartPolicy.onFailure()), other);
    other.awaitRun(1);
    Service service = start(after(RestartPolicy.onFailure(), Duration.ofHours(1)));
    body.fail("down");
    awaitBackoff(app, service);
    other.fail("down");
    other.awaitRun(2);
    assertThat(body.runs()).isEqualTo(1);
  }
}
