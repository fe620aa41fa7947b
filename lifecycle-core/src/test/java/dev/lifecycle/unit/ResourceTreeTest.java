package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.FailureReport;
import dev.lifecycle.FailureReport.Kind;
import dev.lifecycle.Scope;
import dev.lifecycle.Task;
import dev.lifecycle.diagnostics.Snapshot;
import dev.lifecycle.spi.Holder;
import dev.lifecycle.spi.ResourceEvent;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is seen of a resource: in the tree, in reports, and of those who hold something of it. */
@Timeout(20)
class ResourceTreeTest extends ResourceFixture {
  private static final long NOW = Long.MAX_VALUE; // later than any fork

  private final RecordingListener listener = new RecordingListener();
  private final Scope owner = lifecycle.open("app", o -> o.listener(listener));
  private final Pool pool = own(owner);

  private List<String> lines() {
    return Snapshot.take(lifecycle).toString().lines().skip(1).map(line -> line.replaceAll(" +age.*", "")).toList();
  }

  @Test
  void anIdleResourceIsOneLineAndNoScope() {
    assertThat(lines()).hasSize(2).element(1).isEqualTo("   - pool " + NAME);
    assertThat(Snapshot.take(lifecycle).toString()).contains("owned idle=3");
    assertThat(Snapshot.take(lifecycle).scopes()).isEqualTo(1);
  }

  @Test
  void workIsShownBelowItsResource() throws Exception {
    pool.started(job());
    own(owner, "app.cache");

    assertThat(lines()).hasSize(4).satisfies(lines -> {
      assertThat(lines.get(1)).isEqualTo("   - pool " + NAME);
      assertThat(lines.get(2)).startsWith("      - t-").endsWith(NAME + ".load");
      assertThat(lines.get(3)).isEqualTo("   - pool app.cache");
    });
    assertThat(Snapshot.take(lifecycle).tasks()).isEqualTo(1);
  }

  @Test
  void aScopeThatWorkOpensIsShownBelowTheResource() throws Exception {
    Parked body = parked();
    pool.scope.dispose(() -> {
      try (Scope inner = Scope.open("inner")) {
        call(body);
      }
    });
    body.awaitStart();

    assertThat(lines()).hasSize(4).element(3).asString().startsWith("      s-").endsWith("inner");
  }

  @Test
  void reportsGoToTheOwnersListenerUnderTheNameOfTheResource() {
    IllegalStateException failure = new IllegalStateException("bad");
    pool.scope.report(ResourceEvent.HOOK_SLOW, "slow", null, NOW, failure);

    assertThat(listener.all()).singleElement().satisfies(r -> {
      assertThat(r.kind()).isEqualTo(Kind.HOOK_SLOW);
      assertThat(r.message()).isEqualTo("slow");
      assertThat(r.purpose()).isEqualTo(NAME);
      assertThat(r.scope()).endsWith("app/" + NAME);
      assertThat(r.taskId()).isZero();
      assertThat(r.failure()).isSameAs(failure);
      assertThat(r.stack()).isEmpty();
    });
    assertThat(reports.all).isEmpty();
  }

  @Test
  void everyEventHasAKindOfItsOwnName() {
    for (ResourceEvent event : ResourceEvent.values()) {
      pool.scope.report(event, "told", null, NOW, null);
    }
    assertThat(listener.all()).extracting(r -> r.kind().name()).containsExactly("LEASE_LEAKED", "LEASE_OVERDUE", "LEASE_REVOKED", "HOOK_FAILED", "HOOK_SLOW");
  }

  @Test
  void aReportNamesTheTaskOfTheHolderAndItsStack() throws Exception {
    Parked body = parked();
    Task<String> task = owner.fork("app.work", body);
    body.awaitStart();
    pool.scope.report(ResourceEvent.LEASE_OVERDUE, "held", body.thread, NOW, null);

    FailureReport report = listener.all().get(0);
    assertThat(report.taskId()).isEqualTo(task.id());
    assertThat(report.purpose()).isEqualTo("app.work");
    assertThat(report.stack()).extracting(StackTraceElement::getClassName).contains(Parked.class.getName());
  }

  @Test
  void ofAThreadThatHasEndedThereIsNoTaskAndNoStack() throws Exception {
    Thread ended = new Thread(() -> {});
    ended.start();
    ended.join();
    pool.scope.report(ResourceEvent.LEASE_LEAKED, "lost", ended, NOW, null);

    assertThat(listener.all()).singleElement().satisfies(r -> {
      assertThat(r.taskId()).isZero();
      assertThat(r.stack()).isEmpty();
    });
  }

  @Test
  void holdersAreInTheOrderOfTheThreadsEachWithItsTask() throws Exception {
    Parked body = parked();
    Task<String> task = owner.fork("app.work", body);
    Job job = pool.started(job());
    body.awaitStart();
    Thread stranger = new Thread(() -> {}, "a\nb");

    List<Holder> holders = pool.scope.holders(List.of(stranger, body.thread, job.body.thread), NOW, NOW, NOW);
    assertThat(holders).hasSize(3);
    assertThat(holders.get(0).task()).isNull();
    assertThat(holders.get(0).threadName()).isEqualTo("a?b");
    assertThat(holders.get(1).task()).isEqualTo("t-" + task.id());
    assertThat(holders.get(1).purpose()).isEqualTo("app.work");
    assertThat(holders.get(1).scope()).isEqualTo(owner.toString());
    assertThat(holders.get(1).threadId()).isEqualTo(body.thread.getId());
    assertThat(holders.get(2).purpose()).isEqualTo(NAME + ".load");
  }

  @Test
  void theHolderIsTheInnermostTaskOfTheThread() throws Exception {
    Parked body = parked();
    owner.start("app.outer", () -> {
      try (Scope below = Scope.open("app.below", o -> o.maxConcurrent(1, dev.lifecycle.Overflow.CALLER_RUNS))) {
        CountDownLatch holds = new CountDownLatch(1);
        CountDownLatch gate = new CountDownLatch(1);
        below.start("app.permit", () -> {
          holds.countDown();
          gate.await();
        });
        holds.await();
        below.fork("app.inner", body); // runs here
        gate.countDown();
      }
    });
    body.awaitStart();

    assertThat(pool.scope.holders(List.of(body.thread), NOW)).singleElement().satisfies(h -> assertThat(h.purpose()).isEqualTo("app.inner"));
  }

  @Test
  void theTaskOfABorrowedThreadIsFoundInTheTree() throws Exception {
    Parked body = parked();
    Scope borrowed = lifecycle.open("borrowed", o -> o.executor(command -> new Thread(command, "pooled").start()));
    borrowed.fork("borrowed.task", body);
    body.awaitStart();

    assertThat(pool.scope.holders(List.of(body.thread), NOW)).singleElement().satisfies(h -> {
      assertThat(h.purpose()).isEqualTo("borrowed.task");
      assertThat(h.threadName()).isEqualTo("pooled");
    });
  }

  @Test
  void aTaskThatWasForkedAfterTheThreadBeganToHoldIsNotNamed() throws Exception {
    clock.advance(Duration.ofSeconds(2));
    Parked body = parked();
    owner.fork("app.work", body);
    body.awaitStart();
    long begun = clock.nanoTime();

    assertThat(pool.scope.holders(List.of(body.thread), begun)).singleElement().satisfies(h -> assertThat(h.purpose()).isEqualTo("app.work"));
    assertThat(pool.scope.holders(List.of(body.thread), begun - 1)).singleElement().satisfies(h -> assertThat(h.purpose()).isNull());
    pool.scope.report(ResourceEvent.LEASE_OVERDUE, "held", body.thread, begun - 1, null);
    assertThat(listener.all()).singleElement().satisfies(r -> assertThat(r.taskId()).isZero());
  }
}
