package dev.lifecycle.unit;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Overflow;
import dev.lifecycle.ShutdownReport;
import dev.lifecycle.Supervisor;
import dev.lifecycle.TaskCounts;
import dev.lifecycle.diagnostics.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Rule 61: an executor with a bound, on the library's threads or over a pool that allows more. */
@Timeout(20)
class BoundedExecutorTest {
  private enum Where {
    OWN_THREADS,
    LARGER_POOL
  }

  private final Lifecycle lifecycle = Lifecycle.create(o -> o.name("bounded"));
  private final Supervisor app = lifecycle.supervisor("app", o -> o.drain(ZERO));
  private final ExecutorService pool = Executors.newFixedThreadPool(8);
  private final AtomicInteger running = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();

  @AfterEach
  void close() {
    lifecycle.close();
    pool.shutdown();
    assertThat(Snapshot.take(lifecycle).tasks()).isZero();
    for (TaskCounts counts : lifecycle.counts().values()) {
      assertThat(counts.forked()).isEqualTo(counts.succeeded() + counts.failed() + counts.cancelled() + counts.rejected());
    }
  }

  private ExecutorService view(Where where, int max, Overflow overflow) {
    return where == Where.OWN_THREADS ? app.executor("io", max, overflow) : app.supervise("io", pool, o -> o.maxConcurrent(max, overflow));
  }

  private void body() {
    most.accumulateAndGet(running.incrementAndGet(), Math::max);
    Thread.yield();
    running.decrementAndGet();
  }

  @ParameterizedTest
  @EnumSource
  void atMostSoManyBodiesRunAtOnceOverManySubmissions(Where where) throws Exception {
    ExecutorService view = view(where, 3, Overflow.BLOCK);
    List<Aside<Integer>> submitters = new ArrayList<>();
    for (int s = 0; s < 4; s++) {
      submitters.add(Aside.run(() -> {
        List<Future<?>> futures = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
          futures.add(view.submit(this::body));
        }
        for (Future<?> future : futures) {
          future.get();
        }
        return futures.size();
      }));
    }
    assertThat(submitters).allSatisfy(s -> assertThat(s.get()).isEqualTo(500));
    assertThat(most.get()).isBetween(1, 3);
    Soon.until(() -> lifecycle.counts().get("io").live() == 0);
    assertThat(lifecycle.counts().get("io").succeeded()).isEqualTo(2_000);
  }

  @ParameterizedTest
  @EnumSource
  void aSubmissionBeyondBlocksUntilABodyEnds(Where where) throws Exception {
    ExecutorService view = view(where, 1, Overflow.BLOCK);
    ParkedBody<String> body = ParkedBody.returning("first");
    view.submit(body);
    body.awaitEntered();
    Aside<String> second = Aside.run(() -> view.submit(() -> "second").get()).awaitWaiting();
    assertThat(second.isDone()).isFalse();
    body.release();
    assertThat(second.get()).isEqualTo("second");
  }

  @ParameterizedTest
  @EnumSource
  void aSubmissionBeyondIsRejected(Where where) throws Exception {
    ExecutorService view = view(where, 1, Overflow.REJECT);
    ParkedBody<String> body = ParkedBody.returning("first");
    Future<String> first = view.submit(body);
    body.awaitEntered();
    assertThatThrownBy(() -> view.submit(() -> "second")).isInstanceOf(RejectedExecutionException.class).hasMessageContaining("limit");
    body.release();
    assertThat(first.get()).isEqualTo("first");
    Soon.until(() -> lifecycle.counts().get("io").live() == 0);
    assertThat(view.submit(() -> "third").get()).isEqualTo("third");
  }

  @ParameterizedTest
  @EnumSource
  void aSubmissionBeyondIsQueuedUpToTheCapacity(Where where) throws Exception {
    ExecutorService view = view(where, 1, Overflow.queue(2));
    ParkedBody<String> body = ParkedBody.returning("first");
    view.submit(body);
    body.awaitEntered();
    Future<String> second = view.submit(() -> "second");
    Future<String> third = view.submit(() -> "third");
    assertThatThrownBy(() -> view.submit(() -> "fourth")).isInstanceOf(RejectedExecutionException.class).hasMessageContaining("full (2)");
    assertThat(second.isDone()).isFalse();
    body.release();
    assertThat(second.get()).isEqualTo("second");
    assertThat(third.get()).isEqualTo("third");
  }

  @ParameterizedTest
  @EnumSource
  void aSubmissionBeyondRunsOnTheCallersThread(Where where) throws Exception {
    ExecutorService view = view(where, 1, Overflow.CALLER_RUNS);
    ParkedBody<String> body = ParkedBody.returning("first");
    view.submit(body);
    body.awaitEntered();
    Future<Thread> second = view.submit(Thread::currentThread);
    assertThat(second.get()).isSameAs(Thread.currentThread());
    body.release();
  }

  @ParameterizedTest
  @EnumSource
  void drainAndShutdownWakeWhoIsBlockedAndLetTheQueueRun(Where where) throws Exception {
    ExecutorService blocking = view(where, 1, Overflow.BLOCK);
    ExecutorService queueing = app.executor("queue", 1, Overflow.queue(1));
    ParkedBody<String> first = ParkedBody.returning("first");
    ParkedBody<String> other = ParkedBody.returning("other");
    Future<String> running = blocking.submit(first);
    queueing.submit(other);
    first.awaitEntered();
    other.awaitEntered();
    Future<String> queued = queueing.submit(() -> "queued");
    Aside<Throwable> blocked = Aside.catching(() -> blocking.submit(() -> "blocked")).awaitWaiting();
    Aside<ShutdownReport> shutdown = Aside.run(() -> app.shutdown(ofSeconds(60), ofSeconds(1)));
    assertThat(blocked.get()).isInstanceOf(RejectedExecutionException.class);
    first.release();
    other.release();
    assertThat(shutdown.get().isClean()).isTrue();
    assertThat(running.get()).isEqualTo("first");
    assertThat(queued.get()).isEqualTo("queued");
  }

  @ParameterizedTest
  @EnumSource
  void shutdownNowReturnsWhatWasQueued(Where where) throws Exception {
    ExecutorService view = view(where, 1, Overflow.queue(2));
    ParkedBody<String> body = ParkedBody.returning("first");
    Future<String> first = view.submit(body);
    body.awaitEntered();
    Runnable second = () -> {};
    view.execute(second);
    Future<String> third = view.submit(() -> "third");
    assertThat(view.shutdownNow()).hasSize(2).startsWith(second).last().isSameAs(third);
    assertThat(first.isCancelled()).isTrue();
    assertThat(third.isCancelled()).isTrue();
  }

  @Test
  void badBoundsAreRefused() {
    for (int bad : new int[] {0, -1, Integer.MIN_VALUE}) {
      assertThatThrownBy(() -> app.executor("io", bad, Overflow.BLOCK)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("maxConcurrent").hasMessageContaining("" + bad);
      assertThatThrownBy(() -> app.supervise("io", pool, o -> o.maxConcurrent(bad, Overflow.BLOCK))).isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> app.executor("io", 1, null)).isInstanceOf(NullPointerException.class).hasMessage("overflow");
    assertThatThrownBy(() -> app.supervise("io", Executors.newScheduledThreadPool(1), o -> o.maxConcurrent(2, Overflow.BLOCK)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("maxConcurrent 2");
    assertThat(Snapshot.take(lifecycle).scopes()).isEqualTo(1);
  }
}
