package dev.lifecycle.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.RestartStrategy;
import dev.lifecycle.Schedule;
import dev.lifecycle.Service;
import dev.lifecycle.ServiceFailure;
import dev.lifecycle.Supervisor;
import dev.lifecycle.TaskCounts;
import dev.lifecycle.TaskFailedException;
import dev.lifecycle.diagnostics.Snapshot;
import dev.lifecycle.junit.VirtualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Runs a sequence of steps on the services of a real supervisor and on the model, and compares them whenever nothing moves. */
final class ServiceDriver implements AutoCloseable {
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(10);

  /** A real service, and the end of its present run. */
  private static final class Real {
    final AtomicInteger begun = new AtomicInteger();
    final AtomicInteger running = new AtomicInteger();
    volatile CompletableFuture<Void> told = new CompletableFuture<>();
    volatile boolean overlapped;
    Service service;

    void body() throws Exception {
      overlapped |= running.getAndIncrement() != 0;
      CompletableFuture<Void> mine = new CompletableFuture<>();
      told = mine;
      begun.incrementAndGet();
      try {
        mine.get();
      } catch (ExecutionException e) {
        throw (Exception) e.getCause();
      } finally {
        running.decrementAndGet();
      }
    }
  }

  private final VirtualClock clock = new VirtualClock();
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.name("model").clock(clock).failureListener(report -> {}));
  private final Supervisor app;
  private final ModelServices model;
  private final List<Real> reals = new ArrayList<>();

  ServiceDriver(RestartStrategy strategy, boolean escalates, List<ServiceSpec> specs) throws InterruptedException {
    ServiceFailure failure = escalates ? ServiceFailure.ESCALATE : ServiceFailure.ISOLATE;
    app = lifecycle.supervisor("model", o -> o.strategy(strategy).onServiceFailure(failure).drain(Duration.ZERO));
    model = new ModelServices(strategy, escalates);
    for (ServiceSpec spec : specs) {
      Real real = new Real();
      int index = reals.size();
      reals.add(real);
      real.service =
          app.service(
              "service." + (char) ('a' + index),
              o -> spec.within() == 0 ? o.restart(spec.policy(index)) : o.restart(spec.policy(index)).readyWithin(Duration.ofNanos(spec.withinNanos(index))),
              self -> real.body());
      model.add(spec);
    }
    compare();
  }

  void run(List<ServiceStep> steps) throws InterruptedException {
    for (ServiceStep step : steps) {
      int index = step.service() % reals.size();
      step(step, reals.get(index), model.all.get(index));
      compare();
    }
    Throwable thrown = catchThrowable(app::close);
    if (model.failed) {
      assertThat(thrown).isInstanceOf(TaskFailedException.class);
    } else {
      assertThat(thrown).isNull();
    }
    model.cancel();
    compare();
    assertThat(reals).as("bodies after the close").allMatch(real -> real.running.get() == 0);
    assertThat(Snapshot.take(lifecycle).scopes()).as("scopes after the close").isZero();
    for (int i = 0; i < reals.size(); i++) { // rule 60
      TaskCounts c = lifecycle.counts().get(reals.get(i).service.purpose());
      assertThat(c.forked()).isEqualTo(model.all.get(i).runs);
      assertThat(c.succeeded() + c.failed() + c.cancelled() + c.rejected()).isEqualTo(c.forked());
      assertThat(c.live()).isZero();
    }
  }

  private void step(ServiceStep step, Real real, ModelServices.One one) throws InterruptedException {
    switch (step.kind()) {
      case FAIL, RETURN -> {
        if (one.running) {
          boolean failure = step.kind() == ServiceStep.Kind.FAIL;
          model.ended(one, failure);
          if (failure) {
            real.told.completeExceptionally(new IllegalStateException("model"));
          } else {
            real.told.complete(null);
          }
        }
      }
      case READY -> {
        model.ready(one);
        real.service.ready();
      }
      case STOP -> {
        assertThat(real.service.stop("model")).as("stop is the first").isEqualTo(!hasEnded(one));
        model.stop(one);
      }
      case ADVANCE -> advance(clock.nanoTime() + step.millis() * 1_000_000L);
      case DRAIN -> {
        app.drain();
        model.drain();
      }
      default -> {
        app.cancel("model");
        model.cancel();
      }
    }
  }

  private static boolean hasEnded(ModelServices.One one) {
    return switch (one.status()) {
      case COMPLETED, STOPPED, FAILED -> true;
      default -> false;
    };
  }

  /** Stops at every moment at which something is due, since what happens there happens after the clock has moved. */
  private void advance(long to) throws InterruptedException {
    for (long next = model.nextDue(); next <= to; next = model.nextDue()) {
      move(next);
    }
    move(to);
  }

  private void move(long to) throws InterruptedException {
    clock.advance(Duration.ofNanos(to - clock.nanoTime()));
    model.advance(to);
    compare();
  }

  // ---- the comparison

  private void compare() throws InterruptedException {
    long until = System.nanoTime() + PATIENCE;
    String difference = difference();
    while (difference != null && System.nanoTime() < until) {
      LockSupport.parkNanos(20_000); // it is on its way
      difference = difference();
    }
    assertThat(difference).isNull();
    for (int i = 0; i < 2 && !model.ending; i++) { // events are dealt with in their order: when one more has been, all have, and those that they gave rise to
      Service last = app.every("settle", Schedule.fixedDelay(Duration.ofDays(1_000)), () -> {});
      last.stop("settled");
      assertThat(last.awaitEnd(Duration.ofDays(1_000))).isTrue();
      assertThat(difference()).isNull();
    }
  }

  private String difference() {
    for (int i = 0; i < reals.size(); i++) {
      Real real = reals.get(i);
      ModelServices.One one = model.all.get(i);
      assertThat(real.overlapped).as("two runs at once").isFalse();
      String is = real.service.status() + ", begun " + real.begun + ", restarts " + real.service.restarts() + ", running " + real.running;
      String expected = one.status() + ", begun " + one.runs + ", restarts " + (one.runs - 1) + ", running " + (one.running ? 1 : 0);
      if (!is.equals(expected)) {
        return real.service.purpose() + ": " + is + ", model: " + expected;
      }
    }
    return null;
  }

  @Override
  public void close() {
    catchThrowable(lifecycle::close);
  }
}
