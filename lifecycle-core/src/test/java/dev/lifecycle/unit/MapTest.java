package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.DeadlineExceededException;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.ScopeCancelledException;
import dev.lifecycle.TaskFailedException;
import dev.lifecycle.concurrent.Concurrent;
import dev.lifecycle.junit.VirtualClock;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code Concurrent.map}: order, limit, laziness and failures. What becomes of the values of a map that fails: {@link MapDiscardTest}. */
@Timeout(20)
class MapTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final VirtualClock clock = new VirtualClock();
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.clock(clock));

  @AfterEach
  void endLifecycle() {
    lifecycle.close();
  }

  private <A, R> List<R> map(int limit, Iterable<A> input, Concurrent.Mapper<A, R> mapper) throws InterruptedException {
    return lifecycle.call("map.test", o -> o, scope -> Concurrent.<A, R>map("map.body", MINUTE, limit, input, mapper));
  }

  @Test
  void theResultsAreInTheOrderOfTheInputWhateverTheOrderOfTheEnds() throws InterruptedException {
    CountDownLatch[] turns = {new CountDownLatch(1), new CountDownLatch(1), new CountDownLatch(0)};
    List<Integer> ends = new CopyOnWriteArrayList<>();
    List<String> results = map(3, List.of(0, 1, 2), i -> {
      turns[i].await();
      ends.add(i);
      if (i > 0) {
        turns[i - 1].countDown();
      }
      return "r" + i;
    });
    assertThat(ends).containsExactly(2, 1, 0);
    assertThat(results).containsExactly("r0", "r1", "r2");
  }

  @Test
  void asManyAsTheLimitRunAtOnce() throws InterruptedException {
    CyclicBarrier together = new CyclicBarrier(4);
    assertThat(map(4, List.of(1, 2, 3, 4, 5, 6, 7, 8), i -> {
      together.await();
      return i;
    })).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
  }

  @Test
  void neverMoreThanTheLimitRunAtOnceAndTheInputIsReadNoFurtherAhead() throws InterruptedException {
    int limit = 3;
    AtomicInteger running = new AtomicInteger();
    AtomicInteger taken = new AtomicInteger();
    AtomicInteger mostRunning = new AtomicInteger();
    AtomicInteger mostTaken = new AtomicInteger();
    Iterator<Integer> numbers = IntStream.range(0, 20_000).iterator();
    Iterable<Integer> input = () -> new Iterator<>() {
      @Override
      public boolean hasNext() {
        return numbers.hasNext();
      }

      @Override
      public Integer next() {
        mostTaken.accumulateAndGet(taken.incrementAndGet(), Math::max);
        return numbers.next();
      }
    };
    List<Integer> results = map(limit, input, i -> {
      mostRunning.accumulateAndGet(running.incrementAndGet(), Math::max);
      running.decrementAndGet();
      taken.decrementAndGet();
      return i;
    });
    assertThat(results).hasSize(20_000).isSorted();
    assertThat(mostRunning.get()).isLessThanOrEqualTo(limit);
    assertThat(mostTaken.get()).isLessThanOrEqualTo(limit);
  }

  @Test
  void anEndlessInputEndsWithTheFirstFailure() {
    assertThatThrownBy(() -> map(4, () -> Stream.iterate(0, i -> i + 1).iterator(), i -> {
      if (i == 1_000) {
        throw new IOException("at 1000");
      }
      return i;
    })).isInstanceOf(TaskFailedException.class).hasRootCauseMessage("at 1000");
  }

  @Test
  void theFirstFailureCancelsTheRestWhichHasEndedAndIsTheCause() throws InterruptedException {
    ParkedBody<String> parked = ParkedBody.returning("never");
    assertThatThrownBy(() -> map(2, List.of("parked", "failing", "unread"), name -> {
      if (name.equals("failing")) {
        parked.awaitEntered();
        throw new IOException("no");
      }
      return parked.call();
    })).isInstanceOf(TaskFailedException.class).hasCauseInstanceOf(IOException.class)
        .satisfies(e -> assertThat(((TaskFailedException) e).purpose()).isEqualTo("map.body"));
    assertThat(parked.wasInterrupted()).isTrue();
    assertThat(lifecycle.counts().get("map.body").live()).isZero();
    assertThat(lifecycle.counts().get("map.body").forked()).isEqualTo(2);
  }

  @Test
  void aFailureAfterTheFirstIsSuppressed() {
    CountDownLatch begun = new CountDownLatch(1);
    assertThatThrownBy(() -> map(2, List.of(1, 2), i -> {
      if (i == 2) {
        begun.await();
        throw new IOException("first");
      }
      begun.countDown();
      try {
        new CountDownLatch(1).await();
        return i;
      } catch (InterruptedException e) {
        throw new IOException("second");
      }
    })).hasRootCauseMessage("first").satisfies(e -> assertThat(e.getSuppressed()).extracting(Throwable::getMessage).containsExactly("second"));
  }

  @Test
  void anIteratorThatThrowsInTheMiddleLeavesAsItselfAfterEverythingHasEnded() {
    ParkedBody<String> parked = ParkedBody.returning("never");
    Iterable<String> input = () -> new Iterator<>() {
      private boolean first = true;

      @Override
      public boolean hasNext() {
        return true;
      }

      @Override
      public String next() {
        if (!first) {
          throw new NoSuchElementException("broken");
        }
        first = false;
        return "one";
      }
    };
    assertThatThrownBy(() -> map(2, input, name -> parked.call())).isInstanceOf(NoSuchElementException.class).hasMessage("broken");
    assertThat(lifecycle.counts().get("map.body").live()).isZero();
  }

  /** Gives one element and then waits, on a latch that nobody counts down, before the next. */
  private static Iterable<String> blocking(CountDownLatch blocked, boolean swallowing) {
    return () -> new Iterator<>() {
      private int given;

      @Override
      public boolean hasNext() {
        if (given++ == 1) {
          blocked.countDown();
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            if (!swallowing) {
              throw new IllegalStateException("interrupted", e);
            }
          }
        }
        return true;
      }

      @Override
      public String next() {
        return "element";
      }
    };
  }

  @Test
  void anIteratorThatBlocksIsInterruptedByTheFirstFailure() {
    CountDownLatch blocked = new CountDownLatch(1);
    assertThatThrownBy(() -> map(2, blocking(blocked, false), name -> {
      blocked.await();
      throw new IOException("first");
    })).isInstanceOf(TaskFailedException.class).hasRootCauseMessage("first")
        .satisfies(e -> assertThat(e.getSuppressed()).extracting(Throwable::getMessage).containsExactly("interrupted"));
  }

  @Test
  void anIteratorThatSwallowsTheInterruptEndsTheMapWhenItReturnsAndNoMoreIsMapped() {
    CountDownLatch blocked = new CountDownLatch(1);
    AtomicInteger mapped = new AtomicInteger();
    assertThatThrownBy(() -> map(2, blocking(blocked, true), name -> {
      mapped.incrementAndGet();
      blocked.await();
      throw new IOException("first");
    })).isInstanceOf(TaskFailedException.class).hasRootCauseMessage("first");
    assertThat(mapped).hasValue(1);
  }

  @Test
  void aNullResultIsNullInTheListAndANullElementReachesTheMapper() throws InterruptedException {
    assertThat(map(2, Arrays.asList("a", null), name -> name == null ? "was null" : null)).containsExactly(null, "was null");
  }

  @Test
  void anEmptyInputGivesAnEmptyListAndNoTask() throws InterruptedException {
    assertThat(map(1, List.of(), i -> i)).isEmpty();
    assertThat(lifecycle.counts().get("map.body").forked()).isZero();
  }

  @Test
  void theListCannotBeChanged() throws InterruptedException {
    List<Integer> results = map(1, List.of(1), i -> i);
    assertThatThrownBy(() -> results.add(2)).isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void aStreamIsReadThroughItsIterator() throws InterruptedException {
    Stream<String> words = Stream.of("a", "b");
    List<Integer> lengths = Concurrent.map("map.stream", MINUTE, 2, words::iterator, String::length);
    assertThat(lengths).containsExactly(1, 1);
  }

  @Test
  void badArgumentsAreRefusedByNameAndValue() {
    List<Integer> one = List.of(1);
    for (int limit : new int[] {0, -1, Integer.MIN_VALUE}) {
      assertThatThrownBy(() -> map(limit, one, i -> i)).isInstanceOf(IllegalArgumentException.class).hasMessage("limit must be at least 1: " + limit);
    }
    assertThatThrownBy(() -> Concurrent.map("map.bad", null, 1, one, i -> i)).isInstanceOf(NullPointerException.class).hasMessage("timeout");
    assertThatThrownBy(() -> Concurrent.map("map.bad", MINUTE, 1, null, i -> i)).isInstanceOf(NullPointerException.class).hasMessage("input");
    assertThatThrownBy(() -> Concurrent.map("map.bad", MINUTE, 1, one, null)).isInstanceOf(NullPointerException.class).hasMessage("mapper");
    assertThatThrownBy(() -> Concurrent.map("map.bad", MINUTE, 1, one, i -> i, null)).isInstanceOf(NullPointerException.class).hasMessage("onDiscard");
    assertThatThrownBy(() -> Concurrent.map("Map Bad", MINUTE, 1, one, i -> i)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aLimitOfTheLargestIntIsNoLimit() throws InterruptedException {
    assertThat(map(Integer.MAX_VALUE, List.of(1, 2), i -> i)).containsExactly(1, 2);
  }

  @Test
  void inATaskOfAScopeThatIsAtItsLimitTheMapStillRuns() throws Exception {
    List<Integer> results = lifecycle.call("map.limited", o -> o.maxConcurrent(1), scope ->
        scope.fork("map.outer", () -> Concurrent.<Integer, Integer>map("map.body", MINUTE, 3, List.of(1, 2, 3), i ->
            Concurrent.<Integer, Integer>map("map.inner", MINUTE, 1, List.of(i), j -> j * 10).get(0))).get());
    assertThat(results).containsExactly(10, 20, 30);
  }

  @Test
  void aMapWithoutTimeLeftReadsNothing() {
    List<Integer> read = new ArrayList<>();
    Iterable<Integer> input = () -> {
      read.add(1);
      return List.of(1).iterator();
    };
    assertThatThrownBy(() -> Concurrent.map("map.zero", Duration.ZERO, 1, input, i -> i)).isInstanceOf(DeadlineExceededException.class);
    assertThat(read).isEmpty();
  }

  @Test
  void inACancelledScopeNothingIsRead() {
    List<Integer> read = new ArrayList<>();
    assertThatThrownBy(() -> lifecycle.call("map.cancelled", o -> o, scope -> {
      scope.cancel("enough");
      return Concurrent.map("map.body", MINUTE, 1, () -> {
        read.add(1);
        return List.of(1).iterator();
      }, i -> i);
    })).isInstanceOf(ScopeCancelledException.class);
    assertThat(read).isEmpty();
  }
}
