package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.lifecycle.FailureReport;
import dev.lifecycle.OrphanedTasksException;
import dev.lifecycle.ShutdownReport;
import dev.lifecycle.Supervisor;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A shutdown that abandons a task, and a failure listener that is told of it and takes its time. */
@Timeout(20)
class ShutdownListenerTest extends ShutdownFixture {
  private final Parked body = stubborn();

  private ShutdownReport abandon(Supervisor app) throws Exception {
    start(app, "app.stuck", body);
    Aside<ShutdownReport> shutdown = shutDown(app, Duration.ZERO, GRACE);
    passGrace(GRACE, body);
    until(shutdown::isDone);
    return shutdown.get();
  }

  @Test
  void aListenerThatClosesTheSupervisorDoesNotHoldItUp() throws Exception {
    AtomicReference<Supervisor> app = new AtomicReference<>();
    CompletableFuture<Throwable> closed = new CompletableFuture<>();
    app.set(open(o -> o.listener(report -> {
      if (report.kind() == FailureReport.Kind.TASK_STUCK) {
        closed.complete(catchThrowable(app.get()::close));
      }
    })));
    assertThat(abandon(app.get()).orphans()).extracting(o -> o.purpose()).containsExactly("app.stuck");
    Throwable thrown = closed.get(10, TimeUnit.SECONDS);
    if (thrown != null) { // whoever comes second has nothing to say
      assertThat(thrown).isInstanceOf(OrphanedTasksException.class);
    }
    assertThat(now()).isLessThanOrEqualTo(GRACE.plus(SLACK));
  }

  @Test
  void aListenerThatBlocksDoesNotHoldItUp() throws Exception {
    CountDownLatch told = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    CountDownLatch returned = new CountDownLatch(1);
    Supervisor app = open(o -> o.listener(report -> {
      if (report.kind() == FailureReport.Kind.TASK_STUCK) {
        told.countDown();
        awaitThroughInterrupts(go);
        returned.countDown();
      }
    }));
    try {
      assertThat(abandon(app).orphans()).extracting(o -> o.purpose()).containsExactly("app.stuck");
      told.await();
      assertThat(returned.getCount()).as("the listener still blocks").isEqualTo(1);
      assertThat(now()).isLessThanOrEqualTo(GRACE.plus(SLACK));
    } finally {
      go.countDown();
    }
    returned.await();
  }
}
