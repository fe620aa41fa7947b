package dev.lifecycle.unit;

import static java.util.concurrent.TimeUnit.HOURS;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Supervisor;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a scheduled view and a {@code ScheduledThreadPoolExecutor} have in common, on the system's clock. */
@Timeout(20)
class ScheduledLikeJucTest {
  private enum Which {
    JUC,
    VIEW
  }

  private final Lifecycle lifecycle = Lifecycle.create(o -> o.name("like").failureListener(report -> {}));
  private final Supervisor app = lifecycle.supervisor("app", o -> o);
  private final ScheduledThreadPoolExecutor pool = new ScheduledThreadPoolExecutor(2);
  private final AtomicInteger runs = new AtomicInteger();

  @AfterEach
  void close() {
    app.cancel("the end of the test");
    lifecycle.close();
    pool.shutdownNow();
  }

  private ScheduledExecutorService executor(Which which) {
    return which == Which.JUC ? pool : app.supervise("jobs", pool);
  }

  @ParameterizedTest
  @EnumSource
  void aDelayedTaskRunsOnceAndNotEarly(Which which) throws Exception {
    long start = System.nanoTime();
    ScheduledFuture<Long> future = executor(which).schedule(System::nanoTime, 20, MILLISECONDS);
    assertThat(future.getDelay(NANOSECONDS)).isLessThanOrEqualTo(MILLISECONDS.toNanos(20));
    assertThat(future.get() - start).isGreaterThanOrEqualTo(MILLISECONDS.toNanos(20));
    assertThat(future.getDelay(NANOSECONDS)).isNotPositive();
    assertThat(future.isDone()).isTrue();
    assertThat(future.cancel(true)).isFalse();
    assertThat(future.isCancelled()).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void periodicTasksRunAgainAndAgainUntilTheyAreCancelled(Which which) {
    ScheduledExecutorService executor = executor(which);
    AtomicInteger delayed = new AtomicInteger();
    ScheduledFuture<?> rate = executor.scheduleAtFixedRate(runs::incrementAndGet, 0, 1, MILLISECONDS);
    ScheduledFuture<?> delay = executor.scheduleWithFixedDelay(delayed::incrementAndGet, 0, 500_000, NANOSECONDS);
    Soon.until(() -> runs.get() >= 5 && delayed.get() >= 5);
    assertThat(rate.isDone()).isFalse();
    for (ScheduledFuture<?> future : List.of(rate, delay)) {
      assertThat(future.cancel(false)).isTrue();
      assertThat(future.cancel(false)).isFalse();
      assertThat(future.isCancelled()).isTrue();
      assertThat(future.isDone()).isTrue();
      assertThatThrownBy(future::get).isInstanceOf(CancellationException.class);
    }
  }

  @ParameterizedTest
  @EnumSource
  void anExceptionEndsAPeriodicTaskAndIsThatOfItsFuture(Which which) {
    ScheduledFuture<?> future =
        executor(which)
            .scheduleAtFixedRate(
                () -> {
                  if (runs.incrementAndGet() == 3) {
                    throw new IllegalStateException("third");
                  }
                },
                0,
                1,
                MILLISECONDS);
    assertThatThrownBy(() -> future.get(10, SECONDS)).isInstanceOf(ExecutionException.class).hasRootCauseMessage("third");
    assertThat(future.isDone()).isTrue();
    assertThat(future.isCancelled()).isFalse();
    assertThat(runs).hasValue(3);
  }

  @ParameterizedTest
  @EnumSource
  void anExceptionOfADelayedTaskIsThatOfItsFuture(Which which) {
    ScheduledFuture<?> future = executor(which).schedule((Callable<String>) () -> { throw new IllegalStateException("down"); }, 1, MILLISECONDS);
    assertThatThrownBy(future::get).isInstanceOf(ExecutionException.class).hasRootCauseMessage("down");
  }

  @ParameterizedTest
  @EnumSource
  void aTimedGetGivesUp(Which which) {
    ScheduledExecutorService executor = executor(which);
    assertThatThrownBy(() -> executor.schedule(() -> "far", 1, HOURS).get(1, MILLISECONDS)).isInstanceOf(TimeoutException.class);
    assertThatThrownBy(() -> executor.scheduleAtFixedRate(runs::incrementAndGet, 1, 1, HOURS).get(1, MILLISECONDS)).isInstanceOf(TimeoutException.class);
  }

  @ParameterizedTest
  @EnumSource
  void shutdownLetsDelayedTasksRunAndEndsPeriodicOnes(Which which) throws Exception {
    ScheduledExecutorService executor = executor(which);
    ScheduledFuture<String> delayed = executor.schedule(() -> "delayed", 50, MILLISECONDS);
    ScheduledFuture<?> rate = executor.scheduleAtFixedRate(runs::incrementAndGet, 1, 1, HOURS);
    executor.shutdown();
    Soon.until(rate::isCancelled);
    assertThat(executor.isShutdown()).isTrue();
    assertThatThrownBy(() -> executor.schedule(() -> "late", 1, SECONDS)).isInstanceOf(RejectedExecutionException.class);
    assertThatThrownBy(() -> executor.scheduleAtFixedRate(runs::incrementAndGet, 1, 1, SECONDS)).isInstanceOf(RejectedExecutionException.class);
    assertThat(delayed.get()).isEqualTo("delayed");
    assertThat(executor.awaitTermination(10, SECONDS)).isTrue();
    assertThat(executor.isTerminated()).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void shutdownNowReturnsAllThatWaits(Which which) throws Exception {
    ScheduledExecutorService executor = executor(which);
    executor.schedule(runs::incrementAndGet, 1, HOURS);
    executor.schedule((Runnable) runs::incrementAndGet, 2, HOURS);
    ScheduledFuture<?> rate = executor.scheduleAtFixedRate(runs::incrementAndGet, 3, 1, HOURS);
    ScheduledFuture<?> delay = executor.scheduleWithFixedDelay(runs::incrementAndGet, 4, 1, HOURS);
    assertThat(executor.shutdownNow()).hasSize(4).endsWith((Runnable) rate, (Runnable) delay);
    assertThat(executor.awaitTermination(10, SECONDS)).isTrue();
    assertThat(runs).hasValue(0);
  }

  @ParameterizedTest
  @EnumSource
  void badArgumentsAreRefusedInTheSameWay(Which which) {
    ScheduledExecutorService executor = executor(which);
    assertThatThrownBy(() -> executor.schedule((Runnable) null, 1, SECONDS)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> executor.schedule(() -> "x", 1, null)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> executor.scheduleAtFixedRate(runs::incrementAndGet, 0, 0, SECONDS)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> executor.scheduleWithFixedDelay(runs::incrementAndGet, 0, -1, SECONDS)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> executor.scheduleAtFixedRate(runs::incrementAndGet, 0, 1, null)).isInstanceOf(NullPointerException.class);
  }

  @ParameterizedTest
  @EnumSource
  void theOrderIsThatOfTheTimesAndConsistent(Which which) {
    ScheduledExecutorService executor = executor(which);
    ScheduledFuture<?> later = executor.schedule(() -> "later", 2, HOURS);
    ScheduledFuture<?> sooner = executor.scheduleAtFixedRate(runs::incrementAndGet, 1, 1, HOURS);
    assertThat(later.compareTo(sooner)).isPositive();
    assertThat(sooner.compareTo(later)).isNegative();
    assertThat(later.compareTo(later)).isZero();
    assertThat(sooner.compareTo(sooner)).isZero();
  }
}
