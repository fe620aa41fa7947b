package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.RestartPolicy;
import dev.lifecycle.Service;
import dev.lifecycle.Supervisor;
import dev.lifecycle.diagnostics.Snapshot;
import dev.lifecycle.junit.VirtualClock;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What has ended leaves nothing in a supervisor that lives on. */
@Timeout(60)
class ServiceHeapTest {
  private final VirtualClock clock = new VirtualClock();
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.clock(clock).failureListener(report -> {}));
  private final Supervisor app = lifecycle.supervisor("app", o -> o);

  @Test
  void tenThousandServicesThatHaveCompletedLeaveTheHeapAndTheTreeFlat() throws Exception {
    complete(1_000); // whatever is made once
    long before = UsedHeap.bytes();
    complete(10_000);
    assertThat(UsedHeap.bytes() - before).as("bytes kept").isLessThan(500_000); // fifty per service
    assertThat(app.shutdown(Duration.ZERO, Duration.ofSeconds(1)).services()).isEmpty();
    lifecycle.close();
  }

  private void complete(int count) throws InterruptedException {
    for (int i = 0; i < count; i++) {
      Service service = app.service("app.service", RestartPolicy.onFailure(), () -> {});
      assertThat(service.awaitEnd(Duration.ofDays(1))).isTrue();
    }
    ServiceFixture.soon().until(() -> Snapshot.take(lifecycle).scopes() == 1);
    assertThat(clock.advanceToNextDeadline()).as("the timer still knows something").isFalse();
  }

  @Test
  void theBodyOfAServiceThatHasEndedIsCollectedHoweverItEnded() throws Exception {
    RestartPolicy slow = ServiceFixture.after(RestartPolicy.onFailure(), Duration.ofHours(1));
    List<WeakReference<Object>> bodies = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      byte[] marker = new byte[1_000];
      int how = i % 3;
      Service service = app.service("app.service", o -> o.restart(how == 0 ? RestartPolicy.never() : slow).readyWithin(Duration.ofHours(2)), self -> {
        if (marker.length > 0 && how < 2) {
          throw new IllegalStateException("down");
        }
      });
      if (how == 1) {
        ServiceFixture.awaitBackoff(app, service);
        service.stop("enough");
      }
      assertThat(service.awaitEnd(Duration.ofDays(1))).isTrue();
      bodies.add(new WeakReference<>(marker));
    }
    Awaitility.await().until(() -> {
      System.gc();
      return bodies.stream().allMatch(reference -> reference.get() == null);
    });
    assertThat(clock.advanceToNextDeadline()).isFalse();
    lifecycle.close();
  }
}
