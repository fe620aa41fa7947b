package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.Context;
import dev.lifecycle.FailureReport;
import dev.lifecycle.FailureReport.Kind;
import dev.lifecycle.Scope;
import dev.lifecycle.diagnostics.Snapshot;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The end of a private scope, and what is disposed of before, during and after it. */
@Timeout(20)
class ResourceCloseTest extends ResourceFixture {
  private static final Duration GRACE = Duration.ofSeconds(3);

  private final Scope owner = lifecycle.open("app", o -> o.grace(GRACE));
  private final Pool pool = own(owner);

  private Aside<Throwable> closing() {
    return Aside.catching(pool::close).awaitWaiting();
  }

  @Test
  void closeCancelsWorkAndWaitsForIt() throws Exception {
    Job job = pool.started(new Job(stubborn(1)));
    Aside<Throwable> close = closing();
    job.body.awaitInterrupts(1);
    assertThat(close.isDone()).isFalse();
    job.body.release();

    assertThat(close.get()).isNull();
    assertThat(job.body.ended.getCount()).isZero();
    assertThat(reports.all).isEmpty();
  }

  @Test
  void closeWaitsForDisposalsAndInterruptsNone() throws Exception {
    Parked disposal = pool.disposed(parked());
    Aside<Throwable> close = closing();
    assertThat(close.isDone()).isFalse();
    disposal.release();

    assertThat(close.get()).isNull();
    assertThat(disposal.interrupts).hasValue(0);
  }

  @Test
  void whatStillRunsAtTheEndOfTheGraceIsNamedWithItsStackAndLeftToItself() throws Exception {
    Job job = pool.started(deafJob());
    Parked disposal = pool.disposed(parked());
    Aside<Throwable> close = closing();
    clock.advance(GRACE);

    assertThat(close.get()).isNull();
    reports.await(Kind.TASK_STUCK, 2);
    assertThat(reports.of(Kind.TASK_STUCK)).extracting(FailureReport::purpose).containsExactlyInAnyOrder(NAME + ".load", NAME + ".close");
    assertThat(reports.of(Kind.TASK_STUCK)).allSatisfy(r -> assertThat(r.stack()).isNotEmpty());
    assertThat(reports.of(Kind.TASK_STUCK)).anySatisfy(r -> assertThat(r.message()).contains("it still runs"));
    assertThat(disposal.interrupts).hasValue(0);
    assertThat(lifecycle.counts().get(NAME + ".load").orphaned()).isEqualTo(1);
    assertThat(Snapshot.take(lifecycle).toString()).contains(NAME + ".load", NAME + ".close").doesNotContain("pool " + NAME);

    job.body.release();
    disposal.release();
    until(() -> !Snapshot.take(lifecycle).toString().contains(NAME));
    assertThat(lifecycle.counts().get(NAME + ".load").orphaned()).isZero();
    assertThat(lifecycle.counts().get(NAME + ".close").succeeded()).isEqualTo(1);
  }

  @Test
  void closeReturnsAtTheEndOfTheGraceAndNotBefore() throws Exception {
    pool.started(deafJob());
    Aside<Throwable> close = closing();
    clock.advance(GRACE.minusMillis(1));
    assertThat(close.isDone()).isFalse();
    clock.advance(Duration.ofMillis(1));

    close.get();
  }

  @Test
  void workThatObeysTheSecondInterruptIsNotNamed() throws Exception {
    Job job = pool.started(new Job(stubborn(1)));
    Aside<Throwable> close = closing();
    job.body.awaitInterrupts(1);
    clock.advance(GRACE.minusMillis(100));
    job.body.ended.await();

    close.get();
    assertThat(reports.all).isEmpty();
  }

  @Test
  void anAbandonedTaskIsNotReportedAgain() throws Exception {
    pool.started(deafJob());
    Aside<Throwable> close = closing();
    clock.advance(GRACE);
    close.get();
    reports.await(Kind.TASK_STUCK, 1);
    clock.advance(Duration.ofMinutes(5));

    assertThat(reports.of(Kind.TASK_STUCK)).hasSize(1);
  }

  @Test
  void closeIsIdempotentAndASecondCloserWaits() throws Exception {
    Parked disposal = pool.disposed(parked());
    Aside<Throwable> first = closing();
    Aside<Throwable> second = closing();
    assertThat(second.isDone()).isFalse();
    disposal.release();

    assertThat(first.get()).isNull();
    assertThat(second.get()).isNull();
    pool.close();
  }

  @Test
  void closeWithTheInterruptFlagSetDoesNotWaitAndKeepsIt() throws Exception {
    Parked disposal = pool.disposed(parked());
    Thread.currentThread().interrupt();
    pool.close();

    assertThat(Thread.interrupted()).isTrue();
    assertThat(disposal.ended.getCount()).isEqualTo(1);
    assertThat(disposal.interrupts).hasValue(0);
    reports.await(Kind.TASK_STUCK, 1);
  }

  @Test
  void anInterruptEndsTheWaitAndIsKept() throws Exception {
    pool.disposed(parked());
    AtomicReference<Boolean> kept = new AtomicReference<>();
    Aside<String> close = Aside.run(() -> {
      pool.close();
      kept.set(Thread.currentThread().isInterrupted());
      return "";
    }).awaitWaiting();
    close.interrupt();
    close.get();

    assertThat(kept.get()).isTrue();
  }

  @Test
  void closeFromADisposalDoesNotWaitForItself() throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    pool.scope.dispose(() -> {
      pool.close();
      closed.countDown();
    });
    closed.await();

    until(() -> !Snapshot.take(lifecycle).toString().contains(NAME));
    assertThat(reports.all).isEmpty();
  }

  @Test
  void closeFromWorkDoesNotWaitForItself() throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    Job job = new Job(parked()) ;
    pool.scope.start("load", new dev.lifecycle.spi.Work() {
      @Override
      public void run() {
        Scope.open("inner").close(); // a scope of the work, so that there is a child
        pool.close();
        closed.countDown();
      }

      @Override
      public void neverRun(Throwable why) {}
    });
    closed.await();

    assertThat(pool.start(job).nevers).hasValue(1);
    until(() -> !Snapshot.take(lifecycle).toString().contains(NAME));
  }

  @Test
  void whatAnInsideCloseLeavesRunningIsNamedAfterTheGrace() throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    Parked rest = stubborn();
    pool.scope.dispose(() -> {
      pool.close();
      closed.countDown();
      call(rest);
    });
    closed.await();
    assertThat(reports.all).isEmpty();
    clock.advance(GRACE);

    reports.await(Kind.TASK_STUCK, 1);
  }

  @Test
  void anOwnersCancelReachesNoDisposal() throws Exception {
    Parked disposal = pool.disposed(parked());
    owner.cancel("stop");
    Parked later = pool.disposed(parked());

    assertThat(disposal.interrupts).hasValue(0);
    disposal.release();
    later.release();
    owner.close();
    assertThat(lifecycle.counts().get(NAME + ".close").succeeded()).isEqualTo(2);
  }

  @Test
  void aDisposalSeesAContextThatIsNotCancelledAndMayOpenScopes() throws Exception {
    owner.cancel("stop");
    AtomicReference<Object> seen = new AtomicReference<>();
    pool.scope.dispose(() -> seen.set(Context.current().isCancelled() + " " + called()));

    until(() -> seen.get() != null);
    assertThat(seen.get()).isEqualTo("false called");
  }

  private static String called() {
    try {
      return Scope.call("inner", Duration.ofMinutes(1), scope -> "called");
    } catch (InterruptedException e) {
      return "interrupted";
    }
  }

  @Test
  void aDisposalThatGoesOnAfterTheCloseMayOpenScopes() throws Exception {
    Parked disposal = parked();
    AtomicReference<Object> seen = new AtomicReference<>();
    pool.scope.dispose(() -> {
      call(disposal);
      seen.set(called());
    });
    disposal.awaitStart();
    Aside<Throwable> close = closing();
    clock.advance(GRACE);
    close.get();
    disposal.release();

    until(() -> seen.get() != null);
    assertThat(seen.get()).isEqualTo("called");
  }

  @Test
  void whatIsDisposedOfAfterTheCloseIsEndedAllTheSame() throws Exception {
    pool.close();
    owner.close();
    AtomicReference<Object> seen = new AtomicReference<>();
    pool.scope.dispose(() -> seen.set(Context.current().isCancelled() + " " + called()));

    until(() -> seen.get() != null);
    assertThat(seen.get()).isEqualTo("false called");
  }

  @Test
  void whatIsDisposedOfWithoutAThreadIsEndedAllTheSame() throws Exception {
    AtomicReference<Boolean> full = new AtomicReference<>(false);
    try (dev.lifecycle.Lifecycle narrow = dev.lifecycle.Lifecycle.create(o -> o.name("narrow").threads(body -> {
      if (full.get()) {
        throw new IllegalStateException("no thread");
      }
      return new Thread(body);
    }))) {
      Pool own = own(narrow.open("app"));
      full.set(true);
      CountDownLatch ended = new CountDownLatch(1);
      own.scope.dispose(ended::countDown);

      ended.await();
    }
  }

  @Test
  void whatADisposalThrowsIsReportedBeforeAndAfterTheClose() {
    IllegalStateException failure = new IllegalStateException("bad");
    pool.scope.dispose(() -> {
      throw failure;
    });
    reports.await(Kind.HOOK_FAILED, 1);
    pool.close();
    pool.scope.dispose(() -> {
      throw failure;
    });
    reports.await(Kind.HOOK_FAILED, 2);

    assertThat(reports.all).allSatisfy(r -> {
      assertThat(r.failure()).isSameAs(failure);
      assertThat(r.scope()).contains("app/" + NAME);
    });
  }

  @Test
  void aScopeThatAHookForgotIsClosedWithTheResource() throws Exception {
    AtomicReference<Scope> forgotten = new AtomicReference<>();
    Parked body = parked();
    pool.scope.dispose(() -> {
      Scope inner = Scope.open("inner");
      inner.start("inner.task", body::call);
      forgotten.set(inner);
    });
    body.awaitStart();
    until(() -> lifecycle.counts().get(NAME + ".close").live() == 0);
    pool.close();

    assertThat(forgotten.get().info().closed()).isTrue();
    assertThat(body.ended.getCount()).isZero();
  }

  @Test
  void aScopeThatAHookForgotAndThatDoesNotEndHoldsUpTheCloseForTheGraceOnly() throws Exception {
    Parked body = stubborn();
    pool.scope.dispose(() -> Scope.open("inner").start("inner.task", body::call));
    body.awaitStart();
    until(() -> lifecycle.counts().get(NAME + ".close").live() == 0);
    Aside<Throwable> close = closing();
    body.awaitInterrupts(1);
    clock.advance(GRACE);

    assertThat(close.get()).isNull();
  }

  @Test
  void theCloseOfTheOwnerWaitsForDisposals() throws Exception {
    Parked disposal = pool.disposed(parked());
    Aside<Throwable> close = Aside.catching(owner::close).awaitWaiting();
    assertThat(close.isDone()).isFalse();
    disposal.release();

    assertThat(close.get()).isNull();
  }

  @Test
  void anOwnerWhoseResourceLeavesOrphansStaysInTheTreeUntilTheyEnd() throws Exception {
    Job job = pool.started(deafJob());
    Aside<Throwable> close = Aside.catching(owner::close).awaitWaiting();
    clock.advance(GRACE);
    assertThat(close.get()).isNull();
    assertThat(owner.info().closed()).isTrue();
    assertThat(Snapshot.take(lifecycle).toString()).contains("app", NAME + ".load");

    job.body.release();
    until(() -> Snapshot.take(lifecycle).scopes() == 0);
  }
}
