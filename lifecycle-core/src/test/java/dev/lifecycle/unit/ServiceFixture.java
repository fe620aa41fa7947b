package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.RestartPolicy;
import dev.lifecycle.Schedule;
import dev.lifecycle.Service;
import dev.lifecycle.Supervisor;
import dev.lifecycle.TaskCounts;
import dev.lifecycle.diagnostics.Snapshot;
import dev.lifecycle.junit.VirtualClock;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;

/** A lifecycle on a virtual clock for the tests of services; afterwards nothing may be left of it, and rule 60 must hold. */
abstract class ServiceFixture {
  /** On the virtual clock, which nobody moves so far: never over. */
  static final Duration LONG = Duration.ofDays(1);

  final VirtualClock clock = new VirtualClock();
  final RecordingListener listener = new RecordingListener();
  final Lifecycle lifecycle = Lifecycle.create(o -> o.name("services").clock(clock).failureListener(listener));

  @AfterEach
  void nothingIsLeft() {
    lifecycle.close();
    soon().untilAsserted(() -> {
      Snapshot left = Snapshot.take(lifecycle);
      assertThat(left.tasks() + left.scopes()).as(left.toString()).isZero();
    });
    for (Map.Entry<String, TaskCounts> entry : lifecycle.counts().entrySet()) {
      TaskCounts c = entry.getValue();
      assertThat(c.live()).as("live of " + entry.getKey()).isZero();
      assertThat(c.succeeded() + c.failed() + c.cancelled() + c.rejected()).as("ended of " + entry.getKey()).isEqualTo(c.forked());
    }
  }

  static ConditionFactory soon() {
    return Awaitility.await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1));
  }

  static void awaitStatus(Service service, Service.Status status) {
    soon().until(service::status, status::equals);
  }

  static RestartPolicy atOnce(RestartPolicy policy) {
    return policy.backoff(Duration.ZERO, Duration.ZERO);
  }

  static RestartPolicy after(RestartPolicy policy, Duration delay) {
    return policy.backoff(delay, delay, 0);
  }

  /**
   * Waits until the supervisor has dealt with every event up to now, and with those that these gave rise to. Requests are dealt with in the order in which they
   * come, so that is when it has dealt with one more, twice. To be called before the clock is moved, since a delay that is about to begin would begin later.
   */
  static void settle(Supervisor supervisor) throws InterruptedException {
    for (int i = 0; i < 2; i++) {
      Service last = supervisor.every("settle", Schedule.fixedDelay(Duration.ofDays(1_000)), () -> {});
      last.stop("settled");
      assertThat(last.awaitEnd(LONG)).isTrue();
    }
  }

  /** Waits until a service waits for its restart, and its delay has begun. */
  static void awaitBackoff(Supervisor supervisor, Service service) throws InterruptedException {
    awaitStatus(service, Service.Status.BACKOFF);
    settle(supervisor);
  }
}
