package dev.lifecycle.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Scope;
import dev.lifecycle.ScopeCancelledException;
import dev.lifecycle.flow.Batcher;
import dev.lifecycle.flow.Handoff;
import dev.lifecycle.flow.HandoffClosedException;
import dev.lifecycle.flow.WhenFull;
import dev.lifecycle.junit.VirtualClock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Random calls against plain sequential models: one of a hand-off, which knows every answer, and one of a batcher, which knows what must come out. */
class FlowModelTest {
  private enum Step {
    OFFER,
    OFFER_NOW,
    POLL,
    CLOSE,
    DISCARD,
    CANCEL
  }

  @Provide
  Arbitrary<Step> steps() {
    return Arbitraries.frequency(Tuple.of(40, Step.OFFER), Tuple.of(20, Step.OFFER_NOW), Tuple.of(40, Step.POLL), Tuple.of(3, Step.CLOSE),
        Tuple.of(1, Step.DISCARD), Tuple.of(1, Step.CANCEL));
  }

  /** What a hand-off is, without threads. */
  private static final class Model {
    final ArrayDeque<Integer> queue = new ArrayDeque<>();
    final List<Integer> dropped = new ArrayList<>();
    boolean closed;
    boolean cancelled;
    long put;
    long taken;
    long droppedByPolicy;
    long rejected;
    long discarded;

    /** The answer to an offer; an exception by its type. */
    Object offer(int element, int capacity, WhenFull policy) {
      if (cancelled) {
        return ScopeCancelledException.class;
      }
      if (closed) {
        return HandoffClosedException.class;
      }
      if (queue.size() < capacity) {
        put++;
        queue.add(element);
        return true;
      }
      switch (policy) {
        case DROP_NEWEST:
          put++;
          dropped.add(element);
          droppedByPolicy++;
          return true;
        case DROP_OLDEST:
          put++;
          dropped.add(queue.remove());
          queue.add(element);
          droppedByPolicy++;
          return true;
        default:
          rejected++;
          return false;
      }
    }

    Object poll() {
      if (cancelled) {
        return ScopeCancelledException.class;
      }
      taken += queue.isEmpty() ? 0 : 1;
      return queue.poll();
    }

    void discardAll() {
      discarded += queue.size();
      dropped.addAll(queue);
      queue.clear();
    }
  }

  @FunctionalInterface
  private interface Call {
    Object make() throws InterruptedException;
  }

  private static Object answer(Call call) throws InterruptedException {
    try {
      return call.make();
    } catch (RuntimeException e) {
      return e.getClass();
    }
  }

  @Property(tries = 500)
  void aHandoffAnswersAsASequentialQueueDoes(
      @ForAll @Size(max = 80) List<@From("steps") Step> steps, @ForAll @IntRange(min = 1, max = 20) int capacity, @ForAll WhenFull given)
      throws InterruptedException {
    WhenFull policy = given == WhenFull.BLOCK ? WhenFull.REJECT : given; // one thread would wait for itself
    Model model = new Model();
    List<Integer> dropped = new ArrayList<>();
    Lifecycle lifecycle = Lifecycle.create(o -> o.clock(new VirtualClock()));
    Scope scope = lifecycle.open("model.scope");
    Handoff<Integer> handoff = Handoff.in(scope, "model.handoff", capacity, o -> o.whenFull(policy).onDropped(dropped::add));
    int next = 0;
    for (Step step : steps) {
      int element = next++;
      switch (step) {
        case OFFER:
          assertThat(answer(() -> handoff.offer(element))).isEqualTo(model.offer(element, capacity, policy));
          break;
        case OFFER_NOW:
          assertThat(answer(() -> handoff.offer(element, Duration.ZERO))).isEqualTo(model.offer(element, capacity, WhenFull.REJECT));
          break;
        case POLL:
          assertThat(answer(() -> handoff.poll(Duration.ZERO))).isEqualTo(model.poll());
          break;
        case CLOSE:
          handoff.close();
          model.closed = true;
          break;
        case DISCARD:
          handoff.discard();
          model.closed = true;
          model.discardAll();
          break;
        default:
          scope.cancel("model");
          model.cancelled |= !(model.closed && model.queue.isEmpty()); // what has ended well stays so
      }
      assertThat(dropped).isEqualTo(model.dropped);
      assertFigures(handoff, model);
      assertThat(handoff.isEnded()).isEqualTo(model.cancelled || model.closed && model.queue.isEmpty());
    }
    scope.close();
    model.discardAll();
    assertThat(dropped).isEqualTo(model.dropped);
    assertFigures(handoff, model);
    lifecycle.close();
  }

  private static void assertFigures(Handoff<?> handoff, Model model) {
    assertThat(handoff.size()).isEqualTo(model.queue.size());
    assertThat(handoff.figures().values()).containsAllEntriesOf(Map.of("size", (long) model.queue.size(), "put", model.put, "taken", model.taken,
        "dropped", model.droppedByPolicy, "rejected", model.rejected, "discarded", model.discarded));
  }

  private enum BatchStep {
    PUT,
    FLUSH,
    HALF_THE_DELAY,
    THE_DELAY
  }

  @Property(tries = 150)
  void everyAcceptedElementIsInOneBatchInOrderAndInTimeOrDropped(
      @ForAll @Size(max = 40) List<BatchStep> steps, @ForAll @IntRange(min = 1, max = 5) int maxSize, @ForAll @IntRange(min = 1, max = 3) int concurrency,
      @ForAll boolean cancelling) throws InterruptedException {
    VirtualClock clock = new VirtualClock();
    Duration half = Duration.ofMillis(5);
    List<List<Integer>> batches = new CopyOnWriteArrayList<>();
    List<Integer> dropped = new CopyOnWriteArrayList<>();
    Lifecycle lifecycle = Lifecycle.create(o -> o.clock(clock));
    Scope scope = lifecycle.open("model.scope");
    Batcher<Integer> batcher =
        Batcher.in(scope, "model.batch", maxSize, half.multipliedBy(2), o -> o.concurrency(concurrency).capacity(100).onDropped(dropped::add), batches::add);
    int put = 0;
    for (BatchStep step : steps) {
      int due = put; // what must come out by the step
      switch (step) {
        case PUT:
          batcher.put(put++);
          due = put - maxSize + 1; // fewer than make a batch may wait for more
          break;
        case FLUSH:
          batcher.flush();
          assertThat(count(batches)).isEqualTo(put);
          break;
        case HALF_THE_DELAY:
          clock.advance(half);
          due = 0;
          break;
        default:
          clock.advance(half.multipliedBy(2));
      }
      int expected = due;
      await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1)).until(() -> count(batches) >= expected);
    }
    if (cancelling) {
      scope.cancel("model");
    }
    batcher.close();
    scope.close();
    List<Integer> out = new ArrayList<>();
    batches.forEach(out::addAll);
    assertThat(batches).allSatisfy(batch -> {
      assertThat(batch).isNotEmpty().hasSizeLessThanOrEqualTo(maxSize);
      assertThat(batch.get(batch.size() - 1) - batch.get(0)).as("neighbours").isEqualTo(batch.size() - 1);
    });
    if (concurrency == 1) {
      assertThat(out).isSorted();
    }
    if (!cancelling) {
      assertThat(dropped).isEmpty();
    }
    out.addAll(dropped);
    assertThat(out).hasSize(put).doesNotHaveDuplicates();
    assertThat(batcher.figures().values()).containsAllEntriesOf(
        Map.of("put", (long) put, "taken", (long) count(batches), "discarded", (long) dropped.size(), "size", 0L, "batches", (long) batches.size()));
    lifecycle.close();
  }

  private static int count(List<List<Integer>> batches) {
    return batches.stream().mapToInt(List::size).sum();
  }
}
