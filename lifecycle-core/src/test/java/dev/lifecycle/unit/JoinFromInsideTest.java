package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.Action;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.Policy;
import dev.lifecycle.Scope;
import dev.lifecycle.Task;
import dev.lifecycle.junit.VirtualClock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule 45: nobody waits for himself. */
@Timeout(20)
class JoinFromInsideTest {
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.clock(new VirtualClock()).failureListener(report -> {}));
  private final Scope scope = lifecycle.open("inside.root", o -> o.policy(Policy.SUPERVISE));

  @AfterEach
  void endLifecycle() {
    lifecycle.close();
  }

  private List<Action> waits() {
    return List.of(scope::join, () -> scope.join(Exception.class), scope::close, () -> scope.awaitQuiescence(Duration.ofDays(1)));
  }

  @Test
  void waitingForTheScopeFromATaskOfItThrowsAtOnceNamingThePath() throws Exception {
    Task<Boolean> task = scope.fork("inside.task", () -> {
      for (Action wait : waits()) {
        assertThatThrownBy(wait::run).isInstanceOf(IllegalStateException.class).hasMessageContaining("inside.root").hasMessageContaining("inside.task");
      }
      return true;
    });
    assertThat(task.get()).isTrue();
    assertThat(scope.info().cancelled()).as("the refused close changed nothing").isFalse();
  }

  @Test
  void waitingForTheScopeFromATaskOfADescendantThrowsAtOnceNamingThePath() throws Exception {
    Task<Boolean> task = scope.fork("inside.outer", () -> {
      try (Scope inner = lifecycle.open("inside.inner")) {
        return inner.fork("inside.deep", () -> {
          for (Action wait : waits()) {
            assertThatThrownBy(wait::run).isInstanceOf(IllegalStateException.class).hasMessageContaining("inside.root/inside.inner");
          }
          return true;
        }).get();
      }
    });
    assertThat(task.get()).isTrue();
  }

  @Test
  void waitingForAnEnclosingCallFromTheBodyOfAnInnerCallThrowsAtOnce() throws InterruptedException {
    lifecycle.call("inside.call", Duration.ofDays(1), outer -> lifecycle.call("inside.nested", Duration.ofDays(1), inner -> {
      assertThatThrownBy(outer::join).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(outer::close).isInstanceOf(IllegalStateException.class);
      inner.join(); // task 0 may wait for the others
      assertThatThrownBy(inner::close).isInstanceOf(IllegalStateException.class);
      return null;
    }));
  }

  @Test
  void cancelAndDrainAreAllowedFromInside() throws Exception {
    Task<Boolean> task = scope.fork("inside.task", () -> scope.drain() && scope.info().draining());
    assertThat(task.get()).isTrue();
    Scope other = lifecycle.open("inside.other");
    ParkedBody<String> late = ParkedBody.stubborn("late");
    other.fork("inside.task", () -> {
      other.cancel("from inside");
      return late.call();
    });
    late.awaitEntered().release();
    other.close();
    assertThat(other.info().cancelReason().message()).isEqualTo("from inside");
  }

  @Test
  void waitingForASiblingScopeIsAllowed() throws Exception {
    Scope sibling = lifecycle.open("inside.sibling");
    Task<Boolean> task = scope.fork("inside.task", () -> {
      sibling.join();
      sibling.close();
      return sibling.info().closed();
    });
    assertThat(task.get()).isTrue();
  }
}
