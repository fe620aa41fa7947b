package dev.lifecycle.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.junit.VirtualClock;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class DeadlineTimerTest {
  private final VirtualClock clock = new VirtualClock();
  private final DeadlineTimer timer = new DeadlineTimer(clock, Workers.SYSTEM);
  private final List<Long> fired = Collections.synchronizedList(new ArrayList<>());

  private final class Node extends TimerNode {
    @Override
    void fire() {
      fired.add(due);
    }
  }

  private Node add(long due) {
    Node node = new Node();
    node.due = due;
    timer.add(node);
    return node;
  }

  @Test
  void nodesFireInTheOrderOfTheirDeadlinesAndNotBefore() {
    for (long due : new long[] {50, 10, 40, 20, 30}) {
      add(due);
    }
    clock.advance(Duration.ofNanos(9));
    assertThat(fired).isEmpty();
    clock.advance(Duration.ofNanos(21));
    assertThat(fired).containsExactly(10L, 20L, 30L);
    clock.advance(Duration.ofNanos(100));
    assertThat(fired).containsExactly(10L, 20L, 30L, 40L, 50L);
    assertThat(timer.pending()).isZero();
  }

  @Test
  void nodesWithEqualDeadlinesAllFireOnce() {
    for (int i = 0; i < 100; i++) {
      add(7);
    }
    clock.advance(Duration.ofNanos(7));
    assertThat(fired).hasSize(100);
    clock.advance(Duration.ofNanos(7));
    assertThat(fired).hasSize(100);
  }

  @Test
  void aRemovedNodeDoesNotFireAndMayBeAddedAgain() {
    Node node = add(10);
    assertThat(timer.remove(node)).isTrue();
    assertThat(timer.remove(node)).as("a second time").isFalse();
    clock.advance(Duration.ofNanos(10));
    assertThat(fired).isEmpty();
    node.due = 20;
    timer.add(node);
    clock.advance(Duration.ofNanos(10));
    assertThat(fired).containsExactly(20L);
    assertThat(timer.remove(node)).as("after it fired").isFalse();
  }

  @Test
  void aNodeThatIsListedIsNotListedTwice() {
    Node node = add(10);
    timer.add(node);
    assertThat(timer.pending()).isEqualTo(1);
    clock.advance(Duration.ofNanos(10));
    assertThat(fired).hasSize(1);
  }

  @Test
  void youngNodesOfOneSlotFireInTheOrderOfTheirDeadlinesWithTheOthers() {
    for (long due : new long[] {50, 10, 40, 20, 30}) {
      Node node = new Node();
      node.due = due;
      timer.addYoung(node, 7);
      add(due + 1);
    }
    assertThat(timer.next()).isEqualTo(10);
    assertThat(timer.pending()).isEqualTo(10);
    clock.advance(Duration.ofNanos(30));
    assertThat(fired).containsExactly(10L, 11L, 20L, 21L, 30L);
    clock.advance(Duration.ofNanos(30));
    assertThat(fired).hasSize(10).isSorted();
    assertThat(timer.pending()).isZero();
  }

  @Test
  void aYoungNodeThatIsRemovedIsNotHeldByItsSlotAndMayBeAddedAgain() throws Exception {
    Node node = new Node();
    node.due = 10;
    timer.addYoung(node);
    assertThat(timer.remove(node)).isTrue();
    assertThat(timer.remove(node)).as("a second time").isFalse();
    WeakReference<Node> gone = new WeakReference<>(node);
    timer.addYoung(node);
    assertThat(timer.next()).isEqualTo(10);
    assertThat(timer.remove(node)).isTrue();
    node = null;
    Awaitility.await().untilAsserted(() -> {
      System.gc();
      assertThat(gone.get()).isNull();
    });
    clock.advance(Duration.ofNanos(10));
    assertThat(fired).isEmpty();
  }

  @Test
  void ofManyYoungNodesThatStayNoneIsLost() {
    for (int i = 0; i < 10_000; i++) {
      Node node = new Node();
      node.due = 1 + i * 7_919L % 10_000;
      timer.addYoung(node, i % 300 % 256);
    }
    assertThat(timer.pending()).isEqualTo(10_000);
    clock.advance(Duration.ofNanos(10_000));
    assertThat(fired).hasSize(10_000).isSorted();
  }

  @Test
  void aNodeThatThrowsDoesNotStopTheOthers() {
    TimerNode bad = new TimerNode() {
      @Override
      void fire() {
        throw new IllegalStateException("thrown on purpose by a test");
      }
    };
    bad.due = 1;
    timer.add(bad);
    add(2);
    clock.advance(Duration.ofNanos(2));
    assertThat(fired).containsExactly(2L);
  }

  @Test
  void aNodeAddedWhenItIsAlreadyDueFiresThoughTheClockDoesNotMove() {
    clock.advance(Duration.ofNanos(10));
    add(5);
    Awaitility.await().untilAsserted(() -> assertThat(fired).containsExactly(5L));
  }

  @Test
  void ofAHundredThousandNodesThoseThatAreNotRemovedFireInOrder() {
    Random random = new Random(42);
    List<Node> nodes = new ArrayList<>();
    for (int i = 0; i < 100_000; i++) {
      nodes.add(add(1 + random.nextInt(1_000_000)));
    }
    Collections.shuffle(nodes, random);
    List<Long> expected = new ArrayList<>();
    for (int i = 0; i < nodes.size(); i++) {
      if (i % 3 == 0) {
        expected.add(nodes.get(i).due);
      } else {
        assertThat(timer.remove(nodes.get(i))).isTrue();
      }
    }
    Collections.sort(expected);
    clock.advance(Duration.ofNanos(1_000_000));
    assertThat(fired).isEqualTo(expected);
  }

  @Test
  void aStoppedTimerNoLongerFollowsItsClock() {
    add(10);
    timer.stop();
    clock.advance(Duration.ofNanos(10));
    assertThat(fired).isEmpty();
  }

  @Test
  void onTheSystemClockTheThreadSleepsToTheEarliestAndAnEarlierNodeWakesIt() throws InterruptedException {
    DeadlineTimer real = new DeadlineTimer(SystemClock.INSTANCE, Workers.SYSTEM);
    CountDownLatch early = new CountDownLatch(1);
    TimerNode far = new Node();
    TimerNode near = new TimerNode() {
      @Override
      void fire() {
        early.countDown();
      }
    };
    real.addAfter(far, TimeUnit.HOURS.toNanos(1));
    long start = SystemClock.INSTANCE.nanoTime();
    real.addAfter(near, TimeUnit.MILLISECONDS.toNanos(5));
    assertThat(early.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(SystemClock.INSTANCE.nanoTime() - start).as("not early").isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(5));
    assertThat(real.remove(far)).isTrue();
    assertThat(real.pending()).isZero();
    assertThat(fired).isEmpty();
  }
}
