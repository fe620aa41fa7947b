package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Scope;
import dev.lifecycle.diagnostics.Snapshot;
import dev.lifecycle.flow.Batcher;
import dev.lifecycle.flow.BatcherOptions;
import dev.lifecycle.flow.HandoffClosedException;
import dev.lifecycle.flow.WhenFull;
import dev.lifecycle.junit.VirtualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When a batcher hands over, and what. */
@Timeout(60)
class BatcherTest {
  private static final Duration DELAY = Duration.ofMillis(10);

  private final VirtualClock clock = new VirtualClock();
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.clock(clock));
  private final Scope scope = lifecycle.open("flow.scope");
  private final List<List<Integer>> batches = new CopyOnWriteArrayList<>();
  private final List<Integer> dropped = new CopyOnWriteArrayList<>();
  private final Semaphore gate = new Semaphore(0);

  @AfterEach
  void close() {
    gate.release(1_000);
    scope.close();
    lifecycle.close();
  }

  private Batcher<Integer> batcher(int maxSize, UnaryOperator<BatcherOptions<Integer>> options) {
    return Batcher.in(scope, "flow.batch", maxSize, DELAY, o -> options.apply(o.onDropped(dropped::add)), batches::add);
  }

  /** A batcher whose batches end one by one as the gate lets them. */
  private Batcher<Integer> gated(int maxSize, UnaryOperator<BatcherOptions<Integer>> options) {
    return Batcher.in(scope, "flow.batch", maxSize, DELAY, o -> options.apply(o.onDropped(dropped::add)), batch -> {
      batches.add(batch);
      gate.acquire();
    });
  }

  private static void put(Batcher<Integer> batcher, int from, int to) throws InterruptedException {
    for (int i = from; i <= to; i++) {
      batcher.put(i);
    }
  }

  private void awaitBatches(int count) {
    await().until(() -> batches.size() >= count);
    assertThat(batches).hasSize(count);
  }

  private static long figure(Batcher<?> batcher, String name) {
    return batcher.figures().values().get(name);
  }

  @Test
  void aBatchIsHandedOverWhenItIsFullThoughNoTimeHasPassed() throws InterruptedException {
    Batcher<Integer> batcher = batcher(3, o -> o);
    put(batcher, 1, 3);
    awaitBatches(1);
    assertThat(batches).containsExactly(List.of(1, 2, 3));
    put(batcher, 4, 5);
    batcher.flush();
    assertThat(batches).containsExactly(List.of(1, 2, 3), List.of(4, 5));
  }

  @Test
  void aBatchThatIsNotFullIsHandedOverWhenTheTimeSinceItsFirstElementIsOver() throws InterruptedException {
    Batcher<Integer> batcher = batcher(3, o -> o);
    batcher.put(1);
    await().until(() -> clock.sleepers() == 1);
    clock.advance(DELAY.minusNanos(2));
    batcher.put(2);
    clock.advance(Duration.ofNanos(1));
    assertThat(batches).isEmpty();
    clock.advance(Duration.ofNanos(1));
    awaitBatches(1);
    assertThat(batches).containsExactly(List.of(1, 2));
  }

  @Test
  void theTimeOfAnElementCountsFromItsPutAlsoIfItWaitedForABatchToEnd() throws InterruptedException {
    Batcher<Integer> batcher = gated(2, o -> o.capacity(10));
    put(batcher, 1, 2);
    awaitBatches(1);
    batcher.put(3);
    clock.advance(DELAY);
    gate.release();
    awaitBatches(2); // without any more time
    assertThat(batches.get(1)).containsExactly(3);
  }

  @Test
  void whileABatchRunsElementsWaitAndTheNextTakesAsManyAsItMay() throws InterruptedException {
    Batcher<Integer> batcher = gated(3, o -> o.capacity(5));
    put(batcher, 1, 3);
    awaitBatches(1);
    put(batcher, 4, 8);
    assertThat(batcher.offer(9, Duration.ZERO)).as("the queue is full").isFalse();
    Aside<Throwable> producer = Aside.catching(() -> batcher.put(9)).awaitWaiting();
    assertThat(batches).hasSize(1);
    gate.release();
    awaitBatches(2);
    assertThat(producer.get()).as("there is room again").isNull();
    gate.release(10);
    batcher.flush();
    assertThat(batches).containsExactly(List.of(1, 2, 3), List.of(4, 5, 6), List.of(7, 8, 9));
    assertThat(batcher.figures().values()).containsEntry("put", 9L).containsEntry("taken", 9L).containsEntry("rejected", 1L)
        .containsEntry("size", 0L).containsEntry("batches", 3L).containsEntry("failed", 0L).containsEntry("running", 0L);
  }

  @Test
  void asManyBatchesRunAtATimeAsAreAllowed() throws InterruptedException {
    Batcher<Integer> batcher = gated(1, o -> o.concurrency(3).capacity(10));
    put(batcher, 1, 5);
    awaitBatches(3);
    assertThat(figure(batcher, "running")).isEqualTo(3);
    gate.release();
    awaitBatches(4);
    gate.release(10);
    batcher.flush();
    assertThat(batches).hasSize(5);
  }

  @Test
  void aFlushWaitsForTheBatchesWithWhatWasPutBeforeItAndForNoOther() throws InterruptedException {
    Batcher<Integer> batcher = gated(10, o -> o.concurrency(2));
    put(batcher, 1, 2);
    Aside<Throwable> first = Aside.catching(batcher::flush);
    awaitBatches(1);
    batcher.put(3);
    Aside<Throwable> second = Aside.catching(batcher::flush);
    awaitBatches(2);
    assertThat(batches).containsExactly(List.of(1, 2), List.of(3));
    assertThat(first.isDone()).isFalse();
    batcher.put(4); // nobody asked for this one
    gate.release(2);
    assertThat(first.get()).isNull();
    assertThat(second.get()).isNull();
    assertThat(batches).hasSize(2);
    assertThat(figure(batcher, "size")).isEqualTo(1);
  }

  @Test
  void aFlushOfAnIdleBatcherReturnsAtOnce() throws InterruptedException {
    Batcher<Integer> batcher = batcher(10, o -> o);
    batcher.flush();
    assertThat(batches).isEmpty();
  }

  @Test
  void aFlushIsNotFooledByElementsThatWereDropped() throws InterruptedException {
    Batcher<Integer> batcher = gated(2, o -> o.capacity(2).whenFull(WhenFull.DROP_NEWEST));
    put(batcher, 1, 2);
    awaitBatches(1);
    put(batcher, 3, 4);
    Aside<Throwable> flush = Aside.catching(batcher::flush).awaitWaiting();
    for (int i = 5; i <= 9; i++) {
      batcher.offer(i);
    }
    assertThat(dropped).containsExactly(5, 6, 7, 8, 9);
    assertThat(flush.isDone()).isFalse();
    gate.release();
    awaitBatches(2);
    assertThat(flush.isDone()).as("3 and 4 are in a batch that runs").isFalse();
    gate.release();
    assertThat(flush.get()).isNull();
  }

  @Test
  void aFlushEndsAlsoIfWhatItWaitsForIsDroppedByThePolicy() throws InterruptedException {
    Batcher<Integer> batcher = gated(1, o -> o.capacity(1).whenFull(WhenFull.DROP_OLDEST));
    batcher.put(1);
    awaitBatches(1);
    batcher.offer(2);
    Aside<Throwable> flush = Aside.catching(batcher::flush).awaitWaiting();
    batcher.offer(3);
    assertThat(dropped).containsExactly(2);
    assertThat(flush.isDone()).isFalse();
    gate.release();
    assertThat(flush.get()).as("1 has ended, 2 is gone, 3 came later").isNull();
  }

  @Test
  void aCloseHandsOverTheRestWaitsForItAndAcceptsNoMore() throws InterruptedException {
    Batcher<Integer> batcher = gated(3, o -> o.capacity(10));
    put(batcher, 1, 7);
    awaitBatches(1);
    Aside<Throwable> closer = Aside.catching(batcher::close).awaitWaiting();
    assertThatThrownBy(() -> batcher.put(8)).isInstanceOf(HandoffClosedException.class).hasMessageContaining("flow.batch");
    gate.release(2);
    awaitBatches(3);
    assertThat(closer.isDone()).isFalse();
    gate.release();
    assertThat(closer.get()).isNull();
    assertThat(batches).containsExactly(List.of(1, 2, 3), List.of(4, 5, 6), List.of(7));
    batcher.close();
    assertThat(dropped).isEmpty();
  }

  @Test
  void aFlushOrACloseByABatchIsRefused() throws InterruptedException {
    List<Batcher<Integer>> self = new ArrayList<>();
    List<Throwable> refused = new CopyOnWriteArrayList<>();
    self.add(Batcher.in(scope, "flow.batch", 1, DELAY, batch -> {
      refused.add(catching(() -> self.get(0).flush()));
      refused.add(catching(() -> self.get(0).close()));
    }));
    self.get(0).put(1);
    self.get(0).flush();
    assertThat(refused).hasSize(2).allSatisfy(e -> assertThat(e).isInstanceOf(IllegalStateException.class).hasMessageContaining("wait for itself"));
    self.get(0).put(2);
    self.get(0).close();
  }

  private static Throwable catching(org.assertj.core.api.ThrowableAssert.ThrowingCallable body) {
    return org.assertj.core.api.Assertions.catchThrowable(body);
  }

  @Test
  void anActionMayKeepItsBatchAndMayNotChangeIt() throws InterruptedException {
    Batcher<Integer> batcher = batcher(2, o -> o);
    put(batcher, 1, 4);
    batcher.close();
    assertThat(batches).containsExactly(List.of(1, 2), List.of(3, 4));
    assertThatThrownBy(() -> batches.get(0).set(0, 9)).isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void aBatchIsATaskOfTheScopeUnderTheNameOfTheBatcher() throws InterruptedException {
    Batcher<Integer> batcher = gated(1, o -> o);
    batcher.put(1);
    awaitBatches(1);
    assertThat(scope.info().live()).as("the batch, and no more").isEqualTo(1);
    assertThat(lifecycle.counts().get("flow.batch").live()).isEqualTo(1);
    assertThat(Snapshot.take(lifecycle).toString()).contains("batcher flow.batch").contains("running=1").contains("flow.batch.collect");
    gate.release();
    batcher.close();
    scope.join();
    assertThat(Snapshot.take(lifecycle).toString()).doesNotContain("flow.batch");
  }

  @Test
  void theJoinOfTheScopeDoesNotWaitForAnOpenBatcher() throws InterruptedException {
    Batcher<Integer> batcher = batcher(10, o -> o);
    batcher.put(1);
    scope.join();
    assertThat(batches).isEmpty();
    batcher.close();
    assertThat(batches).containsExactly(List.of(1));
  }

  @Test
  void badArgumentsAreRefusedByName() {
    Batcher.BatchAction<Integer> action = batches::add;
    assertThatThrownBy(() -> Batcher.in(scope, "flow.batch", 0, DELAY, action)).hasMessage("maxSize must be at least 1: 0");
    assertThatThrownBy(() -> Batcher.in(scope, "flow.batch", 1, Duration.ZERO, action)).hasMessage("maxDelay must be positive: PT0S");
    assertThatThrownBy(() -> Batcher.in(scope, "flow.batch", 1, Duration.ofMillis(-1), action)).hasMessage("maxDelay must be positive: PT-0.001S");
    assertThatThrownBy(() -> Batcher.in(scope, "flow.batch", 5, DELAY, o -> o.capacity(4), action)).hasMessage("capacity must be at least maxSize: 4 < 5");
    assertThatThrownBy(() -> Batcher.in(scope, "flow.batch", 5, DELAY, o -> o.capacity(0), action)).hasMessage("capacity must be at least 1: 0");
    assertThatThrownBy(() -> Batcher.in(scope, "flow.batch", 5, DELAY, o -> o.concurrency(0), action)).hasMessage("concurrency must be at least 1: 0");
    assertThatThrownBy(() -> Batcher.in(scope, "a b", 5, DELAY, action)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("name");
    assertThatThrownBy(() -> Batcher.<Integer>in(scope, "flow.batch", 5, DELAY, null)).hasMessage("action");
    assertThatThrownBy(() -> Batcher.<Integer>in(scope, "flow.batch", 5, null, action)).hasMessage("maxDelay");
    assertThatThrownBy(() -> Batcher.<Integer>in(null, "flow.batch", 5, DELAY, action)).hasMessage("scope");
    Batcher<Integer> large = Batcher.in(scope, "flow.batch", Integer.MAX_VALUE, Duration.ofDays(1_000_000), action);
    assertThat(figure(large, "capacity")).isEqualTo(Integer.MAX_VALUE);
    large.close();
    Batcher<Integer> longName = Batcher.in(scope, "b".repeat(64), 1, DELAY, action);
    longName.close();
  }
}
