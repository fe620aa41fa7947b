package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Scope;
import dev.lifecycle.diagnostics.Snapshot;
import dev.lifecycle.junit.VirtualClock;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule 51. */
@Timeout(60)
class CloseHeapTest {
  private final VirtualClock clock = new VirtualClock();
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.clock(clock));

  @Test
  void aMillionChildrenInSequenceLeaveTheHeapFlat() {
    Scope parent = lifecycle.open("heap.parent");
    children(parent, 10_000); // whatever is made once
    long before = UsedHeap.bytes();
    children(parent, Integer.getInteger("lifecycle.test.children", 1_000_000));
    long grown = UsedHeap.bytes() - before;
    assertThat(grown).as("bytes kept after closing").isLessThan(2_000_000); // two bytes per child
    assertThat(Snapshot.take(lifecycle).scopes()).as("the parent alone").isEqualTo(1);
    lifecycle.close();
  }

  private static void children(Scope parent, int count) {
    for (int i = 0; i < count; i++) {
      parent.child("heap.child", o -> o).close();
    }
  }

  @Test
  void aClosedChildIsCollectedWhileItsParentLives() throws InterruptedException {
    Scope parent = lifecycle.open("heap.parent", o -> o.timeout(Duration.ofDays(1)));
    List<WeakReference<Object>> closed = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      byte[] marker = new byte[1_000];
      Scope child = parent.child("heap.child", o -> o.timeout(Duration.ofHours(1)));
      child.defer(() -> assertThat(marker).hasSize(1_000));
      child.onCancel(() -> assertThat(marker).hasSize(1_000));
      child.fork("heap.body", () -> marker);
      child.join();
      child.close();
      closed.add(new WeakReference<>(marker));
    }
    Awaitility.await().until(() -> {
      System.gc();
      return closed.stream().allMatch(reference -> reference.get() == null);
    });
    assertThat(Snapshot.take(lifecycle).scopes()).isEqualTo(1);
    assertThat(clock.advanceToNextDeadline()).as("the timer still knows something").isFalse();
    lifecycle.close();
  }
}
