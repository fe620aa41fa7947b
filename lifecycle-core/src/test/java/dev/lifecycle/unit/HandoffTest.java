package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Scope;
import dev.lifecycle.diagnostics.Snapshot;
import dev.lifecycle.flow.Handoff;
import dev.lifecycle.flow.HandoffClosedException;
import dev.lifecycle.flow.WhenFull;
import dev.lifecycle.junit.VirtualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a hand-off does while its scope lives. */
@Timeout(60)
class HandoffTest {
  private final VirtualClock clock = new VirtualClock();
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.clock(clock));
  private final Scope scope = lifecycle.open("flow.scope");
  private final List<Integer> dropped = new ArrayList<>();

  @AfterEach
  void close() {
    scope.close();
    lifecycle.close();
  }

  private Handoff<Integer> handoff(int capacity, WhenFull whenFull) {
    return Handoff.in(scope, "flow.handoff", capacity, o -> o.whenFull(whenFull).onDropped(dropped::add));
  }

  private static void assertFigures(Handoff<?> handoff, long put, long taken, long droppedByPolicy, long rejected, long discarded) {
    Map<String, Long> values = handoff.figures().values();
    assertThat(values).containsEntry("put", put).containsEntry("taken", taken).containsEntry("dropped", droppedByPolicy)
        .containsEntry("rejected", rejected).containsEntry("discarded", discarded)
        .containsEntry("size", put - taken - droppedByPolicy - discarded);
  }

  @Test
  void elementsAreTakenInTheOrderInWhichTheyWerePut() throws InterruptedException {
    Handoff<Integer> handoff = Handoff.in(scope, "flow.handoff", 100);
    List<Integer> taken = new ArrayList<>();
    int next = 0;
    for (int round = 0; round < 50; round++) { // the ring grows, and turns, at every offset
      for (int i = 0; i < 2 + round % 3; i++) {
        handoff.put(next++);
      }
      taken.add(handoff.take());
    }
    handoff.close();
    for (Integer t = handoff.take(); t != null; t = handoff.take()) {
      taken.add(t);
    }
    assertThat(taken).hasSize(next).isSorted().doesNotHaveDuplicates();
    assertFigures(handoff, next, next, 0, 0, 0);
  }

  @Test
  void aFullHandoffMakesItsProducersWaitAndServesThemFirstComeFirstServed() throws InterruptedException {
    Handoff<Integer> handoff = handoff(1, WhenFull.BLOCK);
    handoff.put(0);
    List<Aside<Boolean>> producers = new ArrayList<>();
    for (int i = 1; i <= 5; i++) {
      int element = i;
      producers.add(Aside.run(() -> handoff.offer(element)).awaitWaiting());
    }
    for (int i = 0; i < 5; i++) {
      assertThat(handoff.take()).isEqualTo(i);
      assertThat(handoff.size()).as("taken in at once, with no chance for a newcomer").isEqualTo(1);
      assertThat(producers.get(i).get()).isTrue();
    }
    assertThat(handoff.take()).isEqualTo(5);
    assertFigures(handoff, 6, 6, 0, 0, 0);
  }

  @Test
  void consumersThatWaitAreServedFirstComeFirstServed() throws InterruptedException {
    Handoff<Integer> handoff = handoff(1, WhenFull.BLOCK);
    List<Aside<Integer>> consumers = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      consumers.add(Aside.run(handoff::take).awaitWaiting());
    }
    for (int i = 0; i < 5; i++) {
      handoff.put(i);
      assertThat(handoff.size()).as("never in the queue: a newcomer cannot take it").isZero();
      assertThat(consumers.get(i).get()).isEqualTo(i);
    }
  }

  @Test
  void aFullHandoffThatRejectsLeavesTheElementToItsProducer() throws InterruptedException {
    Handoff<Integer> handoff = handoff(2, WhenFull.REJECT);
    assertThat(handoff.offer(1)).isTrue();
    assertThat(handoff.offer(2)).isTrue();
    assertThat(handoff.offer(3)).isFalse();
    assertThat(handoff.take()).isEqualTo(1);
    assertThat(handoff.offer(4)).isTrue();
    assertThat(handoff.take()).isEqualTo(2);
    assertThat(handoff.take()).isEqualTo(4);
    assertThat(dropped).isEmpty();
    assertFigures(handoff, 3, 3, 0, 1, 0);
  }

  @Test
  void aFullHandoffThatDropsTheNewestKeepsWhatItHas() throws InterruptedException {
    Handoff<Integer> handoff = handoff(2, WhenFull.DROP_NEWEST);
    for (int i = 1; i <= 4; i++) {
      assertThat(handoff.offer(i)).as("taken charge of").isTrue();
    }
    assertThat(dropped).containsExactly(3, 4);
    assertThat(handoff.take()).isEqualTo(1);
    assertThat(handoff.take()).isEqualTo(2);
    assertFigures(handoff, 4, 2, 2, 0, 0);
  }

  @Test
  void aFullHandoffThatDropsTheOldestMakesRoomForTheNewest() throws InterruptedException {
    Handoff<Integer> handoff = handoff(2, WhenFull.DROP_OLDEST);
    for (int i = 1; i <= 5; i++) {
      assertThat(handoff.offer(i)).isTrue();
    }
    assertThat(dropped).containsExactly(1, 2, 3);
    assertThat(handoff.take()).isEqualTo(4);
    assertThat(handoff.take()).isEqualTo(5);
    assertFigures(handoff, 5, 2, 3, 0, 0);
  }

  @Test
  void putWaitsUnderAnyPolicy() throws InterruptedException {
    Handoff<Integer> handoff = handoff(1, WhenFull.DROP_OLDEST);
    handoff.put(1);
    Aside<Throwable> producer = Aside.catching(() -> handoff.put(2)).awaitWaiting();
    assertThat(handoff.take()).isEqualTo(1);
    assertThat(producer.get()).isNull();
    assertThat(dropped).isEmpty();
  }

  @Test
  void whatTheHandlerOfDroppedElementsThrowsComesOutOfTheOfferThatWasAccepted() throws InterruptedException {
    Handoff<Integer> handoff = Handoff.in(scope, "flow.handoff", 1, o -> o.whenFull(WhenFull.DROP_OLDEST).onDropped(e -> {
      throw new IllegalArgumentException("handler " + e);
    }));
    handoff.put(1);
    assertThatThrownBy(() -> handoff.offer(2)).isInstanceOf(IllegalArgumentException.class).hasMessage("handler 1");
    assertThat(handoff.take()).isEqualTo(2);
  }

  @Test
  void anOfferWithATimeWaitsThatLongOnTheClockOfTheLifecycle() throws InterruptedException {
    Handoff<Integer> handoff = handoff(1, WhenFull.DROP_NEWEST);
    handoff.put(1);
    assertThat(handoff.offer(2, Duration.ZERO)).isFalse();
    assertThat(handoff.offer(2, Duration.ofSeconds(-1))).isFalse();
    Aside<Boolean> late = Aside.run(() -> handoff.offer(2, Duration.ofSeconds(5)));
    await().until(() -> clock.sleepers() == 1);
    clock.advance(Duration.ofSeconds(5).minusNanos(1));
    assertThat(late.isDone()).isFalse();
    clock.advance(Duration.ofNanos(1));
    assertThat(late.get()).isFalse();
    Aside<Boolean> inTime = Aside.run(() -> handoff.offer(3, Duration.ofSeconds(5)));
    await().until(() -> clock.sleepers() == 1);
    assertThat(handoff.take()).isEqualTo(1);
    assertThat(inTime.get()).isTrue();
    assertThat(handoff.take()).isEqualTo(3);
    assertThat(dropped).isEmpty();
    assertFigures(handoff, 2, 2, 0, 3, 0);
  }

  @Test
  void aPollWaitsThatLongOnTheClockOfTheLifecycle() throws InterruptedException {
    Handoff<Integer> handoff = handoff(1, WhenFull.BLOCK);
    assertThat(handoff.poll(Duration.ZERO)).isNull();
    Aside<Integer> late = Aside.run(() -> handoff.poll(Duration.ofSeconds(5)));
    await().until(() -> clock.sleepers() == 1);
    clock.advance(Duration.ofSeconds(5));
    assertThat(late.get()).isNull();
    assertThat(handoff.isEnded()).as("the time was over, the end has not come").isFalse();
    handoff.put(1);
    assertThat(handoff.poll(Duration.ZERO)).isEqualTo(1);
  }

  @Test
  void anInterruptEndsTheWaitAndLeavesTheElementWhereItWas() throws InterruptedException {
    Handoff<Integer> handoff = handoff(1, WhenFull.BLOCK);
    Aside<Throwable> consumer = Aside.catching(handoff::take).awaitWaiting();
    consumer.interrupt();
    assertThat(consumer.get()).isInstanceOf(InterruptedException.class);
    handoff.put(1);
    Aside<Throwable> producer = Aside.catching(() -> handoff.put(2)).awaitWaiting();
    producer.interrupt();
    assertThat(producer.get()).isInstanceOf(InterruptedException.class);
    assertThat(handoff.take()).isEqualTo(1);
    assertThat(handoff.size()).isZero();
    assertFigures(handoff, 1, 1, 0, 0, 0);
  }

  @Test
  void anInterruptThatIsThereBeforeIsThrownThoughNobodyWouldHaveToWait() throws InterruptedException {
    Handoff<Integer> handoff = handoff(2, WhenFull.BLOCK);
    handoff.put(1);
    Thread.currentThread().interrupt();
    assertThatThrownBy(handoff::take).isInstanceOf(InterruptedException.class);
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> handoff.put(2)).isInstanceOf(InterruptedException.class);
    assertThat(Thread.interrupted()).isFalse();
    assertThat(handoff.size()).isEqualTo(1);
  }

  @Test
  void afterACloseConsumersTakeWhatIsLeftAndThenSeeTheEndForEver() throws InterruptedException {
    Handoff<Integer> handoff = handoff(3, WhenFull.BLOCK);
    handoff.put(1);
    handoff.put(2);
    handoff.close();
    handoff.close();
    assertThat(handoff.isEnded()).isFalse();
    assertThat(handoff.take()).isEqualTo(1);
    assertThat(handoff.poll(Duration.ofDays(1))).isEqualTo(2);
    assertThat(handoff.isEnded()).isTrue();
    assertThat(handoff.take()).isNull();
    assertThat(handoff.poll(Duration.ofDays(1))).isNull();
    assertThat(dropped).isEmpty();
  }

  @Test
  void afterACloseNoElementIsAccepted() {
    Handoff<Integer> handoff = handoff(3, WhenFull.DROP_OLDEST);
    handoff.close();
    assertThatThrownBy(() -> handoff.put(1)).isInstanceOf(HandoffClosedException.class).hasMessageContaining("flow.handoff");
    assertThatThrownBy(() -> handoff.offer(1)).isInstanceOf(HandoffClosedException.class);
    assertThatThrownBy(() -> handoff.offer(1, Duration.ZERO)).isInstanceOf(HandoffClosedException.class);
    assertFigures(handoff, 0, 0, 0, 0, 0);
  }

  @Test
  void aCloseWakesConsumersWithTheEndAndProducersWithAnException() throws InterruptedException {
    Handoff<Integer> empty = handoff(1, WhenFull.BLOCK);
    Aside<Integer> consumer = Aside.run(empty::take).awaitWaiting();
    empty.close();
    assertThat(consumer.get()).isNull();
    Handoff<Integer> full = handoff(1, WhenFull.BLOCK);
    full.put(1);
    Aside<Throwable> producer = Aside.catching(() -> full.put(2)).awaitWaiting();
    full.close();
    assertThat(producer.get()).isInstanceOf(HandoffClosedException.class);
    assertThat(full.take()).isEqualTo(1);
    assertThat(full.take()).isNull();
  }

  @Test
  void aDiscardGivesWhatIsLeftToTheHandlerAtOnce() throws InterruptedException {
    Handoff<Integer> handoff = handoff(3, WhenFull.BLOCK);
    handoff.put(1);
    handoff.put(2);
    assertThat(handoff.discard()).isEqualTo(2);
    assertThat(dropped).containsExactly(1, 2);
    assertThat(handoff.take()).isNull();
    assertThat(handoff.discard()).isZero();
    assertFigures(handoff, 2, 0, 0, 0, 2);
  }

  @Test
  void anOpenHandoffStandsInTheTreeWithItsFiguresAndAnEndedOneDoesNot() throws InterruptedException {
    Handoff<Integer> handoff = handoff(7, WhenFull.BLOCK);
    handoff.put(1);
    assertThat(Snapshot.take(lifecycle).toString()).contains("handoff flow.handoff").contains("size=1 capacity=7 put=1 taken=0");
    handoff.close();
    assertThat(Snapshot.take(lifecycle).toString()).as("there is something left").contains("handoff flow.handoff");
    assertThat(handoff.take()).isEqualTo(1);
    assertThat(Snapshot.take(lifecycle).toString()).doesNotContain("flow.handoff");
    assertThat(handoff.toString()).contains("flow.handoff").contains("taken=1");
  }

  @Test
  void badArgumentsAreRefusedByName() {
    assertThatThrownBy(() -> Handoff.in(scope, "flow.handoff", 0)).isInstanceOf(IllegalArgumentException.class).hasMessage("capacity must be at least 1: 0");
    assertThatThrownBy(() -> Handoff.in(scope, "flow.handoff", -3)).hasMessage("capacity must be at least 1: -3");
    assertThatThrownBy(() -> Handoff.in(scope, "Flow", 1)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("name")
        .hasMessageContaining("Flow");
    assertThatThrownBy(() -> Handoff.in(null, "flow.handoff", 1)).isInstanceOf(NullPointerException.class).hasMessage("scope");
    assertThatThrownBy(() -> Handoff.in(scope, null, 1)).isInstanceOf(NullPointerException.class).hasMessage("name");
    assertThatThrownBy(() -> Handoff.in(scope, "flow.handoff", 1, null)).isInstanceOf(NullPointerException.class).hasMessage("options");
    assertThatThrownBy(() -> Handoff.in(scope, "flow.handoff", 1, o -> null)).hasMessage("options returned null");
    assertThatThrownBy(() -> Handoff.in(scope, "flow.handoff", 1, o -> o.whenFull(null))).hasMessage("whenFull");
    assertThatThrownBy(() -> Handoff.in(scope, "flow.handoff", 1, o -> o.onDropped(null))).hasMessage("onDropped");
    Handoff<Integer> handoff = Handoff.in(scope, "flow.handoff", Integer.MAX_VALUE);
    assertThat(handoff.capacity()).as("no memory is taken before there are elements").isEqualTo(Integer.MAX_VALUE);
    assertThat(handoff.name()).isEqualTo("flow.handoff");
    assertThatThrownBy(() -> handoff.put(null)).isInstanceOf(NullPointerException.class).hasMessage("element");
    assertThatThrownBy(() -> handoff.offer(null)).hasMessage("element");
    assertThatThrownBy(() -> handoff.offer(1, null)).hasMessage("timeout");
    assertThatThrownBy(() -> handoff.poll(null)).hasMessage("timeout");
  }
}
