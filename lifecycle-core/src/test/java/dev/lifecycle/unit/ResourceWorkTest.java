package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.lifecycle.Context;
import dev.lifecycle.DeadlineExceededException;
import dev.lifecycle.FailureReport.Kind;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.Overflow;
import dev.lifecycle.Scope;
import dev.lifecycle.ScopeCancelledException;
import dev.lifecycle.Supervisor;
import dev.lifecycle.TaskCounts;
import dev.lifecycle.spi.Work;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Work in the private scope of a resource: it is cancelled with the owner and otherwise no business of the owner's. */
@Timeout(20)
class ResourceWorkTest extends ResourceFixture {
  private final Scope owner = lifecycle.open("app");
  private final Pool pool = own(owner);

  private TaskCounts loads() {
    return lifecycle.counts().get(NAME + ".load");
  }

  @Test
  void workIsATaskOfItsOwnPurpose() throws Exception {
    pool.started(job());

    assertThat(loads().live()).isEqualTo(1);
  }

  @Test
  void workDoesNotCountInTheOwner() throws Exception {
    pool.started(job());
    owner.join();

    assertThat(owner.info().live()).isZero();
    assertThat(owner.awaitQuiescence(Duration.ZERO)).isTrue();
    assertThat(owner.completions().next()).isNull();
  }

  @Test
  void workTakesNoPermitOfTheOwner() throws Exception {
    Scope limited = lifecycle.open("limited", o -> o.maxConcurrent(1, Overflow.REJECT));
    own(limited, "limited.pool").started(job());

    assertThatCode(() -> limited.fork("limited.task", () -> "").get()).doesNotThrowAnyException();
  }

  @Test
  void workRunsOnTheLibrarysThreadsWhateverExecutorTheOwnerHas() throws Exception {
    Scope borrowed = lifecycle.open("borrowed", o -> o.executor(command -> {
      throw new RejectedExecutionException("full");
    }));

    assertThat(own(borrowed, "borrowed.pool").started(job()).runs).hasValue(1);
  }

  @Test
  void workIsAdmittedWhileTheOwnerDrains() throws Exception {
    owner.drain();
    assertThat(pool.started(job()).runs).hasValue(1);
  }

  @Test
  void anErrorOfWorkFailsNobodyAndIsReported() throws Exception {
    AssertionError error = new AssertionError("bad");
    pool.scope.start("load", new Work() {
      @Override
      public void run() {
        throw error;
      }

      @Override
      public void neverRun(Throwable why) {}
    });

    reports.await(Kind.HOOK_FAILED, 1);
    assertThat(reports.all).singleElement().satisfies(r -> {
      assertThat(r.failure()).isSameAs(error);
      assertThat(r.purpose()).isEqualTo(NAME + ".load");
      assertThat(r.taskId()).isPositive();
    });
    owner.join();
    assertThat(owner.info().cancelled()).isFalse();
    until(() -> loads().failed() == 1 && loads().live() == 0);
  }

  @Test
  void aVirtualMachineErrorOfWorkAlsoReachesTheUncaughtHandler() throws Exception {
    Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
    InternalError error = new InternalError("bad");
    CountDownLatch uncaught = new CountDownLatch(1);
    Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> {
      if (failure == error) {
        uncaught.countDown();
      }
    });
    try {
      pool.scope.dispose(() -> {
        throw error;
      });
      uncaught.await(); // before Awaitility, which takes the handler's place
      reports.await(Kind.HOOK_FAILED, 1);
    } finally {
      Thread.setDefaultUncaughtExceptionHandler(before);
    }
  }

  @Test
  void theOwnersCancelInterruptsWork() throws Exception {
    Job job = pool.started(job());
    AtomicReference<Boolean> cancelled = new AtomicReference<>();
    pool.scope.start("load", work(() -> {
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        cancelled.set(Context.current().isCancelled());
      }
    }));
    until(() -> loads().live() == 2);
    owner.cancel("stop");

    job.body.ended.await();
    until(() -> cancelled.get() != null || loads().live() == 0);
    assertThat(cancelled.get()).isNotEqualTo(false);
  }

  private static Work work(Runnable body) {
    return new Work() {
      @Override
      public void run() {
        body.run();
      }

      @Override
      public void neverRun(Throwable why) {}
    };
  }

  @Test
  void theCancelOfAnAncestorInterruptsWorkOfResourcesBelow() throws Exception {
    Scope child = owner.child("app.child", o -> o);
    Job job = own(child, "app.inner").started(job());
    owner.cancel("stop");

    job.body.ended.await();
    assertThat(job.body.interrupts.get()).isPositive();
  }

  @Test
  void theCancelOfTheTaskThatOpenedTheOwnerInterruptsWork() throws Exception {
    AtomicReference<Job> job = new AtomicReference<>();
    var task = owner.start("app.work", () -> {
      try (Scope inner = Scope.open("app.inner")) {
        job.set(own(inner, "app.cache").started(job()));
        job.get().body.ended.await();
      }
    });
    until(() -> job.get() != null);
    task.cancel("stop");

    job.get().body.ended.await();
  }

  @Test
  void theOwnersDeadlineCancelsWorkThoughNothingElseRunsThere() throws Exception {
    Scope timed = lifecycle.open("timed", o -> o.timeout(Duration.ofSeconds(3)));
    Pool own = own(timed, "timed.pool");
    Job job = own.started(job());
    clock.advance(Duration.ofSeconds(3));

    job.body.ended.await();
    assertThat(own.scope.isOwnerCancelled()).isTrue();
    assertThat(own.start(job()).awaitNever()).isInstanceOf(DeadlineExceededException.class);
  }

  @Test
  void theDeadlineOfAnAncestorCancelsWorkThoughNothingElseRunsThere() throws Exception {
    Scope timed = lifecycle.open("timed", o -> o.timeout(Duration.ofSeconds(3)));
    Job job = own(timed.child("timed.inner", o -> o), "timed.pool").started(job());
    clock.advance(Duration.ofSeconds(3));

    job.body.ended.await();
  }

  @Test
  void aDeadlineThatNobodyHasNoticedCountsAsCancelled() {
    Scope timed = lifecycle.open("timed", o -> o.timeout(Duration.ofSeconds(3)));
    Pool own = own(timed, "timed.pool");
    assertThat(own.scope.isOwnerCancelled()).isFalse();
    clock.advance(Duration.ofSeconds(3));

    assertThat(own.scope.isOwnerCancelled()).isTrue();
  }

  @Test
  void aClosedOwnerCountsAsCancelled() {
    owner.close();
    assertThat(pool.scope.isOwnerCancelled()).isTrue();
  }

  @Test
  void workThatIsStartedAfterTheOwnersCancelNeverRunsAndIsTold() throws Exception {
    owner.cancel("stop");
    Job job = pool.start(job());

    assertThat(job.awaitNever()).isInstanceOfSatisfying(ScopeCancelledException.class, e -> assertThat(e.reason().message()).isEqualTo("stop"));
    assertThat(job.runs).hasValue(0);
    until(() -> loads().live() == 0 && loads().cancelled() == 1);
  }

  @Test
  void workThatIsStartedAfterTheCloseNeverRunsAndIsTold() throws Exception {
    pool.close();
    Job job = pool.start(job());

    assertThat(job.nevers).hasValue(1);
    assertThat(job.why).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void workForWhichThereIsNoThreadIsTold() throws Exception {
    AtomicReference<Boolean> full = new AtomicReference<>(false);
    try (Lifecycle narrow = Lifecycle.create(o -> o.name("narrow").threads(body -> {
      if (full.get()) {
        throw new OutOfMemoryError("no thread");
      }
      return new Thread(body);
    }))) {
      Pool own = own(narrow.open("app"));
      full.set(true);
      Job job = own.start(job());

      assertThat(job.nevers).hasValue(1);
      assertThat(job.why).isInstanceOf(OutOfMemoryError.class);
      TaskCounts counts = narrow.counts().get(NAME + ".load");
      assertThat(counts.rejected()).isEqualTo(1);
      assertThat(counts.live()).isZero();
    }
  }

  @Test
  void aCancelOfWorkThatHasNotBegunIsToldOnALibraryThreadBeforeTheCloseReturns() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    Lifecycle slow = Lifecycle.create(o -> o.name("slow").threads(body -> new Thread(() -> {
      awaitThroughInterrupts(gate);
      body.run();
    })));
    try {
      Scope app = slow.open("app");
      Pool own = own(app);
      AtomicReference<Thread> teller = new AtomicReference<>();
      CountDownLatch telling = new CountDownLatch(1);
      own.scope.start("load", new Work() {
        @Override
        public void run() {}

        @Override
        public void neverRun(Throwable why) {
          teller.set(Thread.currentThread());
          assertThatCode(telling::await).doesNotThrowAnyException();
        }
      });
      app.cancel("stop");
      Aside<Throwable> close = Aside.catching(own::close).awaitWaiting();
      assertThat(close.isDone()).isFalse();
      telling.countDown();

      assertThat(close.get()).isNull();
      assertThat(teller.get().getName()).startsWith("lifecycle-worker");
    } finally {
      gate.countDown();
      slow.close();
    }
  }

  @Test
  void aBadWordIsToldToTheWorkAndNotThrown() {
    assertThat(pool.scope).satisfies(s -> {
      for (String what : new String[] {"toolong", "A", "a b"}) {
        Job job = job();
        s.start(what, job);
        assertThat(job.nevers).hasValue(1);
        assertThat(job.why).isInstanceOf(IllegalArgumentException.class);
      }
    });
  }

  @Test
  void nullIsRefusedByName() {
    assertThatThrownBy(() -> pool.scope.start(null, job())).isInstanceOf(NullPointerException.class).hasMessage("what");
    assertThatThrownBy(() -> pool.scope.start("load", null)).isInstanceOf(NullPointerException.class).hasMessage("work");
    assertThatThrownBy(() -> pool.scope.dispose(null)).isInstanceOf(NullPointerException.class).hasMessage("end");
    assertThatThrownBy(() -> pool.scope.cancelWork(null)).isInstanceOf(NullPointerException.class).hasMessage("message");
  }

  @Test
  void whatANeverRunThrowsIsReported() {
    pool.close();
    IllegalStateException failure = new IllegalStateException("bad");
    pool.scope.start("load", new Work() {
      @Override
      public void run() {}

      @Override
      public void neverRun(Throwable why) {
        throw failure;
      }
    });

    assertThat(reports.of(Kind.HOOK_FAILED)).singleElement().satisfies(r -> assertThat(r.failure()).isSameAs(failure));
  }

  @Test
  void cancelWorkCancelsWhatWasStartedAndNothingLater() throws Exception {
    Job job = pool.started(job());
    Parked disposal = pool.disposed(parked());
    pool.scope.cancelWork("not needed");

    job.body.ended.await();
    assertThat(pool.started(job()).runs).hasValue(1);
    assertThat(disposal.interrupts).hasValue(0);
    assertThat(owner.info().cancelled()).isFalse();
  }

  @Test
  void workThatIgnoresItsCancelIsReportedWithItsStackAfterTheGrace() throws Exception {
    Job job = pool.started(deafJob());
    owner.cancel("stop");
    job.body.awaitInterrupts(1);
    clock.advance(Duration.ofSeconds(5));
    job.body.awaitInterrupts(2);
    step();

    reports.await(Kind.TASK_STUCK, 1);
    assertThat(reports.of(Kind.TASK_STUCK).get(0)).satisfies(r -> {
      assertThat(r.purpose()).isEqualTo(NAME + ".load");
      assertThat(r.stack()).extracting(StackTraceElement::getClassName).contains(Parked.class.getName());
    });
  }

  @Test
  void whatWorkOpensIsCancelledWithIt() throws Exception {
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    CountDownLatch opened = new CountDownLatch(1);
    pool.scope.start("load", work(() -> {
      try {
        Scope.call("app.inner", Duration.ofMinutes(1), scope -> {
          opened.countDown();
          new CountDownLatch(1).await();
          return "";
        });
      } catch (Exception e) {
        thrown.set(e);
      }
    }));
    opened.await();
    owner.cancel("stop");

    until(() -> thrown.get() != null);
    assertThat(thrown.get()).isInstanceOf(ScopeCancelledException.class);
  }

  @Test
  void everyStartIsCountedAndEndsInOneOfTheCounts() throws Exception {
    Supervisor app = open();
    Pool own = own(app, "app.counted");
    for (int i = 0; i < 20; i++) {
      own.scope.start("load", work(() -> {}));
    }
    Job parked = own.started(job());
    app.cancel("stop");
    parked.body.ended.await();
    Job late = own.start(job());
    late.awaitNever();
    app.close();

    TaskCounts counts = lifecycle.counts().get("app.counted.load");
    assertThat(counts.forked()).isEqualTo(22);
    assertThat(counts.live()).isZero();
    assertThat(counts.succeeded() + counts.cancelled()).isEqualTo(22);
    assertThat(counts.orphaned()).isZero();
  }
}
