package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.lifecycle.CancelReason;
import dev.lifecycle.DeadlineExceededException;
import dev.lifecycle.Scope;
import dev.lifecycle.ScopeCancelledException;
import dev.lifecycle.Task;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule 19, and what the cancel of one task takes with it. */
@Timeout(20)
class CancelInheritanceTest extends CancelFixture {
  @Test
  void aChildOfAnExpiredParentThrowsDeadlineExceededWithTheParentsScopeId() {
    Scope parent = lifecycle.open("parent", o -> o.timeout(Duration.ofSeconds(2)));
    Scope child = parent.child("child", o -> o);
    clock.advance(Duration.ofSeconds(2));

    DeadlineExceededException thrown = catchThrowableOfType(DeadlineExceededException.class, child::join);

    assertThat(thrown.reason().origin()).isEqualTo(parent.info().id());
    assertThat(thrown.reason().kind()).isEqualTo(CancelReason.Kind.DEADLINE);
  }

  @Test
  void aParentsExpiryReachesATaskOfAChildThoughNobodyWaits() throws Exception {
    Scope parent = lifecycle.open("parent", o -> o.timeout(Duration.ofSeconds(2)));
    Scope child = parent.child("child", o -> o);
    Parked body = parked();
    Task<String> task = child.fork("child.park", body);
    body.awaitStart();

    clock.advance(Duration.ofSeconds(2));

    body.awaitInterrupts(1);
    assertThat(task.cancelReason().origin()).isEqualTo(parent.info().id());
  }

  @Test
  void anInheritedCancelKeepsTheKindAndTheScopeIdOfItsOrigin() {
    Scope root = lifecycle.open("root");
    Scope middle = root.child("middle", o -> o);
    Scope leaf = middle.child("leaf", o -> o);

    middle.cancel("stop");

    assertThat(leaf.info().cancelReason()).isSameAs(middle.info().cancelReason());
    assertThat(leaf.info().cancelReason().origin()).isEqualTo(middle.info().id());
    assertThat(root.info().cancelled()).isFalse();
  }

  @Test
  void aFailureOfASiblingReachesTheChildrenWithItsKind() throws Exception {
    Scope root = lifecycle.open("root");
    Scope child = root.child("child", o -> o);
    root.fork("root.fails", () -> {
      throw new IllegalStateException("boom");
    });

    assertThat(catchThrowable(root::join)).hasCauseInstanceOf(IllegalStateException.class);

    assertThat(child.info().cancelReason().kind()).isEqualTo(CancelReason.Kind.SIBLING_FAILED);
    assertThat(catchThrowable(child::join)).isInstanceOf(ScopeCancelledException.class);
  }

  @Test
  void aChildThatWasCancelledBeforeKeepsItsReasonAndListsTheParents() {
    Scope parent = lifecycle.open("parent");
    Scope child = parent.child("child", o -> o);
    child.cancel("mine");
    parent.cancel("theirs");

    assertThat(child.info().cancelReason().message()).isEqualTo("mine");
    assertThat(child.info().alsoCancelledBy()).extracting(CancelReason::message).containsExactly("theirs");
  }

  @Test
  void aScopeOpenedUnderACancelledOneIsCancelledFromTheStart() {
    Scope parent = lifecycle.open("parent");
    parent.cancel("stop");

    Scope child = parent.child("child", o -> o);
    Task<String> task = child.fork("child.never", () -> "ran");

    assertThat(child.info().cancelReason()).isSameAs(parent.info().cancelReason());
    assertThat(task.status()).isEqualTo(Task.Status.CANCELLED);
  }

  @Test
  void theCancelOfATaskCancelsTheScopesItOpenedAndNoOthers() throws Exception {
    Scope scope = lifecycle.open("work");
    Scope sibling = scope.child("sibling", o -> o);
    AtomicReference<Scope> opened = new AtomicReference<>();
    Parked inner = parked();
    CountDownLatch ready = new CountDownLatch(1);
    Task<String> task = scope.fork("work.opens", () -> {
      try (Scope own = Scope.open("own")) {
        opened.set(own);
        own.fork("own.park", inner);
        ready.countDown();
        own.join();
        return "joined";
      }
    });
    ready.await();
    inner.awaitStart();

    assertThat(task.cancel("alone")).isTrue();

    inner.ended.await();
    assertThat(opened.get().info().cancelReason().message()).isEqualTo("alone");
    assertThat(opened.get().info().cancelReason().origin()).isEqualTo(scope.info().id());
    assertThat(sibling.info().cancelled()).isFalse();
    assertThat(scope.info().cancelled()).isFalse();
    scope.join();
    assertThat(task.status()).isEqualTo(Task.Status.CANCELLED);
  }

  @Test
  void theCancelOfATaskReachesACallInACallInIt() throws Exception {
    Scope scope = lifecycle.open("work");
    Parked inner = parked();
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Task<String> task = scope.fork("work.calls", () -> lifecycle.call("outer", o -> o, outer -> {
      thrown.set(catchThrowable(() -> lifecycle.call("inner", o -> o, own -> inner.call())));
      return "outer";
    }));
    inner.awaitStart();

    task.cancel("alone");

    scope.join();
    assertThat(thrown.get()).isInstanceOfSatisfying(ScopeCancelledException.class, e -> assertThat(e.reason().message()).isEqualTo("alone"));
    assertThat(task.status()).isEqualTo(Task.Status.CANCELLED);
  }

  @Test
  void aScopeThatACancelledTaskOpensIsCancelledFromTheStart() throws Exception {
    Scope scope = lifecycle.open("work");
    Parked first = parked();
    AtomicReference<CancelReason> seen = new AtomicReference<>();
    Task<String> task = scope.fork("work.opens", () -> {
      try {
        return first.call();
      } catch (InterruptedException e) {
        try (Scope late = Scope.open("late")) {
          seen.set(late.info().cancelReason());
        }
        throw e;
      }
    });
    first.awaitStart();
    task.cancel("alone");
    scope.join();

    assertThat(seen.get()).isSameAs(task.cancelReason());
  }
}
