package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.lifecycle.Overflow;
import dev.lifecycle.RestartPolicy;
import dev.lifecycle.Schedule;
import dev.lifecycle.Scope;
import dev.lifecycle.ServiceFailure;
import dev.lifecycle.Supervisor;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule 56a: what awaitTermination and join wait for. */
@Timeout(20)
class SupervisorTerminationTest extends ShutdownFixture {
  private static final Duration LONG = Duration.ofDays(100);

  private static Aside<Boolean> awaiting(Supervisor app, Duration timeout) {
    return Aside.run(() -> app.awaitTermination(timeout)).awaitWaiting();
  }

  @Test
  void aMainThreadWaitsUntilSomebodyShutsDown() throws Exception {
    Supervisor app = open();
    serve(app, "app.poller", parked());
    Aside<Boolean> main = awaiting(app, LONG);
    clock.advance(Duration.ofDays(99));
    assertThat(main.isDone()).isFalse();
    app.shutdown(DRAIN, GRACE);
    assertThat(main.get()).isTrue();
    assertThat(app.awaitTermination(Duration.ZERO)).isTrue();
  }

  @Test
  void anIdleSupervisorHasNotTerminatedAndNothingIsBegunByWaiting() throws Exception {
    Supervisor app = open();
    assertThat(app.awaitTermination(Duration.ZERO)).isFalse();
    assertThat(app.awaitTermination(Duration.ofSeconds(-1))).isFalse();
    Aside<Boolean> main = awaiting(app, GRACE);
    clock.advance(GRACE);
    assertThat(main.get()).isFalse();
    assertThat(app.drain()).isTrue();
    assertThat(app.awaitTermination(Duration.ZERO)).isTrue();
  }

  @Test
  void afterADrainItWaitsForTasksAndServices() throws Exception {
    Supervisor app = open();
    Parked task = start(app, "app.task", parked());
    Parked service = parked();
    serve(app, "app.poller", service);
    Aside<Boolean> main = awaiting(app, LONG);
    app.drain();
    task.release();
    task.ended.await();
    clock.advance(GRACE);
    assertThat(main.isDone()).isFalse();
    service.release();
    assertThat(main.get()).isTrue();
  }

  @Test
  void theTimeMayBeOverInTheDrain() throws Exception {
    Supervisor app = open();
    start(app, "app.task", parked());
    app.drain();
    Aside<Boolean> main = awaiting(app, GRACE);
    clock.advance(GRACE);
    assertThat(main.get()).isFalse();
    assertThat(app.info().cancelled()).isFalse();
  }

  @Test
  void aSupervisorThatEscalatesTerminates() throws Exception {
    Supervisor app = open(o -> o.onServiceFailure(ServiceFailure.ESCALATE));
    serve(app, "app.other", parked());
    Aside<Boolean> main = awaiting(app, LONG);
    app.service("app.poller", RestartPolicy.onFailure().backoff(Duration.ZERO, Duration.ZERO).limit(1, Duration.ofSeconds(1)), () -> {
      throw new IllegalStateException("down");
    });
    assertThat(main.get()).isTrue();
    assertThat(app.info().cancelled()).isTrue();
  }

  @Test
  void aCancelTerminatesWhenTheLastHasEnded() throws Exception {
    Supervisor app = open();
    Parked body = start(app, "app.task", stubborn());
    Aside<Boolean> main = awaiting(app, LONG);
    app.cancel("enough");
    body.awaitInterrupts(1);
    assertThat(main.isDone()).isFalse();
    body.release();
    assertThat(main.get()).isTrue();
  }

  @Test
  void anInterruptEndsTheWaitAndNothingElse() throws Exception {
    Supervisor app = open();
    serve(app, "app.poller", parked());
    Aside<Throwable> main = Aside.catching(() -> app.awaitTermination(LONG)).awaitWaiting();
    main.interrupt();
    assertThat(main.get()).isInstanceOf(InterruptedException.class);
    assertThat(app.drain()).isTrue();
  }

  @Test
  void aNullTimeoutIsNamed() {
    Supervisor app = open();
    assertThatNullPointerException().isThrownBy(() -> app.awaitTermination(null)).withMessage("timeout");
  }

  @Test
  void joinWaitsForForksAndStartsAndForNothingElse() throws Exception {
    Supervisor app = open();
    serve(app, "app.poller", parked());
    Parked run = parked();
    app.every("app.tick", Schedule.fixedDelay(Duration.ofMillis(1)), run::call);
    ExecutorService io = app.executor("app.io", 1, Overflow.BLOCK);
    Parked pooled = parked();
    io.submit(pooled);
    Parked below = parked();
    Scope child = app.child("app.child", o -> o);
    child.start("app.below", below::call);
    step();
    for (Parked body : new Parked[] {run, pooled, below}) {
      body.awaitStart();
    }
    app.join();
    Parked forked = parked();
    app.fork("app.fork", forked);
    Parked started = start(app, "app.start", parked());
    Aside<Throwable> join = Aside.catching(app::join).awaitWaiting();
    started.release();
    started.ended.await();
    assertThat(join.isDone()).isFalse();
    forked.release();
    assertThat(join.get()).isNull();
  }

  @Test
  void joinDoesNotThrowWhatTasksThrew() throws Exception {
    Supervisor app = open();
    app.start("app.task", () -> {
      throw new IllegalStateException("task");
    });
    app.join();
  }

  @Test
  void drainSaysWhetherItBeganAndDoesNotBlock() throws Exception {
    Supervisor app = open();
    CountDownLatch go = new CountDownLatch(1);
    AtomicInteger forks = new AtomicInteger();
    app.start("app.task", () -> {
      go.await();
      app.start("app.fork", forks::incrementAndGet);
    });
    assertThat(app.drain()).isTrue();
    assertThat(app.drain()).isFalse();
    go.countDown();
    assertThat(app.awaitTermination(GRACE)).isTrue();
    assertThat(forks).as("a task of it may still fork").hasValue(1);
  }
}
