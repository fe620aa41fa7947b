package dev.lifecycle.pool.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.lifecycle.AfterGrace;
import dev.lifecycle.FailureReport;
import dev.lifecycle.FailureReport.Kind;
import dev.lifecycle.Lease;
import dev.lifecycle.Scope;
import dev.lifecycle.ShutdownReport;
import dev.lifecycle.Supervisor;
import dev.lifecycle.Task;
import dev.lifecycle.pool.ObjectPool;
import dev.lifecycle.pool.PoolClosedException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule 23 and the private scope: a pool ends with its owner, and its work is none of the owner's business. */
@Timeout(30)
class EndRulesOwnerTest extends EndRulesFixture {
  private Aside<Boolean> closeOf(Scope owner) {
    return aside(() -> {
      owner.close();
      return true;
    });
  }

  @Test
  void theEndOfTheScopeClosesThePool() throws Exception {
    ObjectPool<Thing> pool = pool(2).build();
    pool.acquire().close();
    scope.close();
    assertThat(things.made).hasSize(1).allMatch(t -> t.ends.get() == 1);
    assertThat(pool.termination().toCompletableFuture()).isCompleted();
  }

  @Test
  void theEndOfTheScopeRevokesWhatIsOpenAndReportsOwnerTaskPurposeAndAge() throws Exception {
    Supervisor app = lifecycle.supervisor("app", o -> o.grace(Duration.ofSeconds(1), AfterGrace.ABANDON).drain(Duration.ZERO));
    ObjectPool<Thing> pool = ObjectPool.in(app, "things", things).size(1).build();
    Held holding = new Held();
    Task<Void> task = app.start("orders.load", () -> {
      pool.acquire();
      holding.deaf();
    });
    holding.awaitBegun();
    pass(Duration.ofSeconds(7));
    passTimeUntilDone(aside(() -> catchThrowable(app::close)));
    FailureReport report = awaitReport(Kind.LEASE_REVOKED);
    assertThat(report.taskId()).isEqualTo(task.id());
    assertThat(report.purpose()).isEqualTo("orders.load");
    assertThat(report.message()).containsPattern("lease l-things/0/1 was revoked, held for \\d+\\.\\d s");
    assertThat(report.stack()).extracting(StackTraceElement::getMethodName).contains("deaf");
    assertThat(things.alive()).isEqualTo(1);
    holding.letGo();
    soon().until(() -> {
      pass(Duration.ofSeconds(1));
      return things.alive() == 0;
    });
  }

  @Test
  void theReportOfARevokedLeaseNamesTheThreadOfAHolderThatIsNoTask() throws Exception {
    Held holding = new Held();
    ObjectPool<Thing> pool = pool(1).build();
    Aside<Boolean> holder = aside(() -> {
      Thread.currentThread().setName("some-holder");
      pool.acquire();
      holding.deaf();
      return true;
    });
    holding.awaitBegun();
    passTimeUntilDone(closeOf(scope));
    assertThat(awaitReport(Kind.LEASE_REVOKED).message()).contains("thread #" + holder.thread.getId() + " some-holder");
    holding.letGo();
  }

  @Test
  void aDeferredLeaseEndsWithTheShorterScope() throws Exception {
    ObjectPool<Thing> pool = pool(1).build();
    Lease<Thing> lease;
    try (Scope shorter = lifecycle.open("shorter")) {
      lease = shorter.defer(pool.acquire(LONG));
      assertThat(lease.isOpen()).isTrue();
    }
    assertThat(lease.isOpen()).isFalse();
    assertThat(pool.stats().idle()).isEqualTo(1);
    assertThat(pool.stats().staleCloses()).isZero();
  }

  @Test
  void anEarlierCloseByHandMakesTheDeferredOneANoOp() throws Exception {
    ObjectPool<Thing> pool = pool(1).build();
    Lease<Thing> next;
    try (Scope shorter = lifecycle.open("shorter")) {
      shorter.defer(pool.acquire(LONG)).close();
      next = pool.acquire();
    }
    assertThat(next.isOpen()).isTrue();
    assertThat(pool.stats().leased()).isEqualTo(1);
    assertThat(pool.stats().staleCloses()).isEqualTo(1);
    next.close();
  }

  @Test
  void aCancelOfTheOwnerInterruptsCreationsAndLetsNoneBegin() throws Exception {
    Held creating = new Held();
    ObjectPool<Thing> pool = ObjectPool.in(scope, "things", () -> {
      creating.listening();
      return things.call();
    }).size(1).build();
    CompletableFuture<Lease<Thing>> waiter = pool.acquireAsync(Duration.ofSeconds(20));
    creating.awaitBegun();
    scope.cancel("enough");
    soon().until(() -> creating.interrupted);
    assertThatThrownBy(waiter::get).hasCauseInstanceOf(PoolClosedException.class).hasMessageContaining("its owner, scope " + scope);
    assertThatThrownBy(() -> pool.acquire(LONG)).isInstanceOf(PoolClosedException.class).hasMessageContaining("was cancelled");
    assertThat(pool.tryAcquire()).isNull();
    assertThat(things.made).isEmpty();
    assertThat(lifecycle.counts().get("things.create").live()).isZero();
  }

  @Test
  void aCancelOfTheOwnerLeavesIdleObjectsToBeGivenAndTheirEndsAlone() throws Exception {
    Held destroying = new Held();
    ObjectPool<Thing> pool = pool(2).destroy(t -> destroying.deaf()).build();
    Lease<Thing> first = pool.acquire();
    pool.acquire().close();
    first.invalidate();
    destroying.awaitBegun();
    scope.cancel("enough");
    assertThat(pool.acquire(Duration.ZERO).isOpen()).isTrue();
    destroying.letGo();
    soon().until(() -> pool.stats().destroyed() == 1);
    assertThat(destroying.interrupted).isFalse();
  }

  @Test
  void theJoinOfTheOwnerDoesNotWaitForThePool() throws Exception {
    Held creating = new Held();
    ObjectPool<Thing> pool = ObjectPool.in(scope, "things", () -> {
      creating.deaf();
      return things.call();
    }).size(1).build();
    pool.tryAcquire();
    creating.awaitBegun();
    scope.join();
    assertThat(scope.awaitQuiescence(Duration.ZERO)).isTrue();
    assertThat(scope.info().live()).isZero();
    creating.letGo();
  }

  @Test
  void noFailureOfAHookIsAFailureOfTheOwner() throws Exception {
    ObjectPool<Thing> pool = ObjectPool.<Thing>in(scope, "things", () -> {
      throw new AssertionError("create");
    }).size(1).build();
    pool.tryAcquire();
    soon().until(() -> pool.stats().createFailures() == 1);
    scope.join();
    assertThat(scope.info().cancelled()).isFalse();
    scope.close();
  }

  @Test
  void neitherTheExecutorNorTheLimitOfTheOwnerConcernsThePool() throws Exception {
    try (Scope bounded = lifecycle.open("bounded", o -> o.executor(work -> {
      throw new RejectedExecutionException("full");
    }))) {
      ObjectPool<Thing> pool = ObjectPool.in(bounded, "things", things).size(1).build();
      assertThat(pool.<Boolean, Exception>call(Thing::isAlive)).isTrue();
    }
    Held running = new Held();
    try (Scope bounded = lifecycle.open("bounded", o -> o.maxConcurrent(1))) {
      ObjectPool<Thing> pool = ObjectPool.in(bounded, "things", things).size(1).build();
      bounded.start("bounded.task", running::deaf);
      running.awaitBegun();
      assertThat(pool.<Boolean, Exception>call(Thing::isAlive)).isTrue();
      running.letGo();
      bounded.join();
    }
    assertThat(things.alive()).isZero();
  }

  @Test
  void aPoolOfADrainingOwnerStillMakesObjects() throws Exception {
    Held running = new Held();
    ObjectPool<Thing> pool = pool(1).build();
    Task<Integer> task = scope.fork("orders.load", () -> {
      running.deaf();
      return pool.<Integer, Exception>call(t -> t.id);
    });
    running.awaitBegun();
    scope.drain();
    running.letGo();
    assertThat(task.get()).isZero();
  }

  @Test
  void theShutdownOfASupervisorLetsTasksReturnTheirLeasesAndThenClosesThePool() throws Exception {
    Supervisor app = lifecycle.supervisor("app", o -> o);
    ObjectPool<Thing> pool = ObjectPool.in(app, "things", things).size(1).build();
    Held running = new Held();
    app.start("orders.load", () -> pool.run(t -> running.deaf()));
    running.awaitBegun();
    Aside<ShutdownReport> shutdown = aside(() -> app.shutdown(Duration.ofSeconds(10), Duration.ofSeconds(5)));
    shutdown.awaitWaiting();
    assertThat(things.alive()).isEqualTo(1);
    running.letGo();
    assertThat(shutdown.get().isClean()).isTrue();
    assertThat(shutdown.get().drained()).isEqualTo(1);
    assertThat(things.alive()).isZero();
    assertThat(pool.stats().revoked()).isZero();
    assertThat(pool.termination().toCompletableFuture()).isCompleted();
    assertThat(reports).isEmpty();
  }

  @Test
  void aTaskThatObeysTheShutdownReturnsItsLease() throws Exception {
    Supervisor app = lifecycle.supervisor("app", o -> o);
    ObjectPool<Thing> pool = ObjectPool.in(app, "things", things).size(1).build();
    Held running = new Held();
    app.<Void>fork("orders.load", () -> {
      try (Lease<Thing> lease = pool.acquire()) {
        running.listening();
      }
      return null;
    });
    running.awaitBegun();
    Aside<ShutdownReport> shutdown = aside(() -> app.shutdown(Duration.ZERO, Duration.ofSeconds(5)));
    assertThat(shutdown.get().cancelled()).isEqualTo(1);
    assertThat(pool.stats().revoked()).isZero();
    assertThat(things.alive()).isZero();
  }

  @Test
  void anIdlePoolIsNothingThatWasCancelled() throws Exception {
    Supervisor app = lifecycle.supervisor("app", o -> o);
    ObjectPool.in(app, "things", things).size(1).build().acquire().close();
    ShutdownReport report = app.shutdown(Duration.ofSeconds(1), Duration.ofSeconds(1));
    assertThat(report.isClean()).isTrue();
    assertThat(report.cancelled()).isZero();
    assertThat(report.drained()).isZero();
  }

  @Test
  void aPoolCannotBeBuiltInAClosedScope() {
    scope.close();
    assertThatThrownBy(() -> pool(1).build()).isInstanceOf(IllegalStateException.class);
    assertThat(tree()).doesNotContain("things");
  }

  @Test
  void aPoolCannotBeBuiltByAnOutsiderInADrainingScope() {
    scope.drain();
    assertThatThrownBy(() -> pool(1).build()).isInstanceOf(RejectedExecutionException.class);
  }

  @Test
  void aBuilderMayBeUsedAgain() throws Exception {
    var builder = pool(1);
    ObjectPool<Thing> one = builder.build();
    ObjectPool<Thing> other = builder.build();
    assertThat(one.acquire().get()).isNotSameAs(other.acquire().get());
    one.initiateClose();
    other.initiateClose();
  }

  @Test
  void theTreeShowsTheFiguresOfThePool() throws Exception {
    ObjectPool<Thing> pool = pool(3).build();
    Lease<Thing> lease = pool.acquire();
    pool.acquire().close();
    assertThat(pool.figures().values()).containsExactly(
        java.util.Map.entry("leased", 1L),
        java.util.Map.entry("idle", 1L),
        java.util.Map.entry("creating", 0L),
        java.util.Map.entry("limit", 3L),
        java.util.Map.entry("pending", 0L));
    assertThat(tree()).containsPattern("- pool things +age +0.0s +owned leased=1 idle=1 creating=0 limit=3 pending=0");
    lease.close();
  }

  @Test
  void theTreeShowsTheWorkOfThePoolBelowIt() {
    Held creating = new Held();
    ObjectPool<Thing> pool = ObjectPool.in(scope, "things", () -> {
      creating.deaf();
      return things.call();
    }).size(1).build();
    pool.tryAcquire();
    creating.awaitBegun();
    assertThat(tree()).containsPattern("pool things .*creating=1.*\\R +- t-\\d+ things.create");
    creating.letGo();
  }
}
