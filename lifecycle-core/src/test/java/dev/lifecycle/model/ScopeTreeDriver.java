package dev.lifecycle.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Policy;
import dev.lifecycle.Scope;
import dev.lifecycle.ScopeCancelledException;
import dev.lifecycle.ScopeInfo;
import dev.lifecycle.ScopeOptions;
import dev.lifecycle.Task;
import dev.lifecycle.TaskCounts;
import dev.lifecycle.TaskFailedException;
import dev.lifecycle.diagnostics.Snapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Runs a sequence of operations on real scopes and on the model, and compares them whenever nothing moves. */
final class ScopeTreeDriver implements AutoCloseable {
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(10);

  private record Pair(Scope real, ModelScope model, boolean root) {}

  private record RealBody(Task<?> task, CountDownLatch leave) {}

  private final Lifecycle lifecycle = Lifecycle.create(o -> o.name("model").failureListener(report -> {}));
  private final Map<String, ModelScope.Counts> counts = new HashMap<>();
  private final List<Pair> pairs = new ArrayList<>();
  private final Map<ModelScope.Blocked, RealBody> bodies = new IdentityHashMap<>();

  void run(List<Operation> operations) throws InterruptedException {
    for (Operation operation : operations) {
      if (pairs.isEmpty() || operation.kind() == Operation.Kind.OPEN) {
        boolean supervise = operation.supervise();
        pairs.add(new Pair(lifecycle.open("scope", o -> policy(o, supervise)), new ModelScope(supervise, counts), true));
      } else {
        step(operation, pairs.get(operation.scope() % pairs.size()));
      }
      compare();
    }
    for (Pair pair : pairs) {
      if (pair.root) {
        close(pair);
        compare();
      }
    }
    assertThat(Snapshot.take(lifecycle).scopes()).as("scopes after the roots are closed").isZero();
    assertThat(lifecycle.counts().values()).allMatch(c -> c.live() == 0);
  }

  private static ScopeOptions policy(ScopeOptions o, boolean supervise) {
    return supervise ? o.policy(Policy.SUPERVISE) : o;
  }

  private void step(Operation operation, Pair at) throws InterruptedException {
    switch (operation.kind()) {
      case CHILD -> child(operation, at);
      case SUCCEED, FAIL, BLOCK, BLOCK_THEN_FAIL -> fork(operation, at);
      case RELEASE, CANCEL_TASK -> oneBlocked(operation, at);
      case CANCEL -> assertThat(at.real.cancel("model")).as("cancel is the first").isEqualTo(at.model.cancel());
      case DRAIN -> drain(at);
      case JOIN -> join(at);
      default -> close(at);
    }
  }

  private void child(Operation operation, Pair at) {
    ThrowingCallable open = () -> pairs.add(
        new Pair(at.real.child("scope", o -> policy(o, operation.supervise())), at.model.child(operation.supervise()), false));
    if (at.model.closed) {
      assertThat(catchThrowable(open)).as("child of a closed scope").isInstanceOf(IllegalStateException.class);
    } else if (at.model.draining) {
      assertThat(catchThrowable(open)).as("child of a draining scope").isInstanceOf(RejectedExecutionException.class);
    } else {
      assertThat(catchThrowable(open)).isNull();
    }
  }

  private void fork(Operation operation, Pair at) throws InterruptedException {
    ModelScope model = at.model;
    model.ended(operation.purpose(), ModelScope.FORKED);
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch leave = new CountDownLatch(1);
    Task<?>[] task = new Task<?>[1];
    Throwable refused = catchThrowable(() -> task[0] = fork(operation, at.real, begun, leave));
    if (model.closed) {
      assertThat(refused).as("fork in a closed scope").isInstanceOf(IllegalStateException.class);
      model.ended(operation.purpose(), ModelScope.REJECTED);
    } else if (model.cancelled) {
      assertThat(refused).isNull();
      assertThat(task[0].status()).isEqualTo(Task.Status.CANCELLED);
      model.ended(operation.purpose(), ModelScope.CANCELLED);
    } else if (model.draining) {
      assertThat(refused).as("fork in a draining scope").isInstanceOf(RejectedExecutionException.class);
      model.ended(operation.purpose(), ModelScope.REJECTED);
    } else {
      assertThat(refused).isNull();
      switch (operation.kind()) {
        case SUCCEED -> model.ended(operation.purpose(), ModelScope.SUCCEEDED);
        case FAIL -> model.fail(operation.purpose());
        default -> {
          begun.await();
          bodies.put(model.block(operation.purpose(), operation.kind() == Operation.Kind.BLOCK_THEN_FAIL), new RealBody(task[0], leave));
        }
      }
    }
  }

  private static Task<?> fork(Operation operation, Scope scope, CountDownLatch begun, CountDownLatch leave) {
    return operation.start()
        ? scope.start(operation.purpose(), () -> body(operation.kind(), begun, leave))
        : scope.fork(operation.purpose(), () -> body(operation.kind(), begun, leave));
  }

  private static String body(Operation.Kind kind, CountDownLatch begun, CountDownLatch leave) throws InterruptedException {
    switch (kind) {
      case FAIL -> throw new IllegalStateException("model");
      case BLOCK, BLOCK_THEN_FAIL -> {
        begun.countDown();
        try {
          leave.await();
        } catch (InterruptedException e) {
          if (kind == Operation.Kind.BLOCK) {
            throw e;
          }
          throw new IllegalStateException("after the cancel");
        }
      }
      default -> {}
    }
    return "value";
  }

  private void oneBlocked(Operation operation, Pair at) {
    if (at.model.blocked.isEmpty()) {
      return;
    }
    ModelScope.Blocked body = at.model.blocked.get(operation.choice() % at.model.blocked.size());
    RealBody real = bodies.get(body);
    if (operation.kind() == Operation.Kind.RELEASE) {
      real.leave.countDown();
      at.model.release(body);
    } else {
      assertThat(real.task.cancel("model")).isTrue();
      at.model.cancelTask(body);
    }
  }

  private static void drain(Pair at) {
    if (!at.model.closed) {
      assertThat(at.real.drain()).as("drain is the first").isEqualTo(!at.model.draining);
      at.model.drain();
    }
  }

  private void join(Pair at) throws InterruptedException {
    if (!at.model.blocked.isEmpty()) {
      assertThat(at.real.awaitQuiescence(Duration.ZERO)).as("quiescent").isFalse();
      return;
    }
    check("join", at.model.join(), catchThrowable(at.real::join));
    assertThat(at.real.awaitQuiescence(Duration.ZERO)).as("quiescent").isTrue();
  }

  private static void close(Pair at) {
    check("close", at.model.close(), catchThrowable(at.real::close));
    assertThat(at.real.info().closed()).isTrue();
    assertThat(at.real.info().live()).isZero();
  }

  private static void check(String method, ModelScope.End expected, Throwable thrown) {
    switch (expected) {
      case PEACE -> assertThat(thrown).as(method).isNull();
      case FAILED -> assertThat(thrown).as(method).isInstanceOf(TaskFailedException.class).hasCauseInstanceOf(IllegalStateException.class);
      default -> assertThat(thrown).as(method).isInstanceOf(ScopeCancelledException.class);
    }
  }

  // ---- the comparison

  private void compare() {
    long until = System.nanoTime() + PATIENCE;
    String difference = difference();
    while (difference != null && System.nanoTime() < until) {
      LockSupport.parkNanos(20_000); // what was interrupted or released is on its way
      difference = difference();
    }
    assertThat(difference).isNull();
  }

  /** Rule 60 per purpose, and the tree, against the model; null if they agree. */
  private String difference() {
    Map<String, TaskCounts> real = lifecycle.counts();
    Snapshot snapshot = Snapshot.take(lifecycle);
    String text = snapshot.toString();
    for (Map.Entry<String, ModelScope.Counts> entry : counts.entrySet()) {
      TaskCounts c = real.get(entry.getKey());
      ModelScope.Counts m = entry.getValue();
      long shown = text.lines().filter(line -> line.contains(" " + entry.getKey() + " ")).count();
      String is = List.of(c.forked(), c.succeeded(), c.failed(), c.cancelled(), c.rejected(), c.live(), shown).toString();
      String expected = List.of(m.of[0], m.of[1], m.of[2], m.of[3], m.of[4], m.live, m.live).toString();
      if (!is.equals(expected)) {
        return entry.getKey() + " forked, succeeded, failed, cancelled, rejected, live, shown: " + is + ", model: " + expected;
      }
    }
    int open = pairs.stream().filter(Pair::root).mapToInt(pair -> pair.model.open()).sum();
    if (snapshot.scopes() != open) {
      return "scopes shown " + snapshot.scopes() + ", model " + open;
    }
    for (Pair pair : pairs) {
      ScopeInfo info = pair.real.info();
      if (info.live() != pair.model.blocked.size() || info.cancelled() != pair.model.cancelled || info.closed() != pair.model.closed) {
        return info + ", model live, cancelled, closed: " + pair.model.blocked.size() + ", " + pair.model.cancelled + ", " + pair.model.closed;
      }
    }
    return null;
  }

  @Override
  public void close() {
    bodies.values().forEach(body -> body.leave.countDown());
    Throwable late = catchThrowable(lifecycle::close);
    if (late != null && !(late instanceof TaskFailedException)) {
      throw new AssertionError(late);
    }
  }
}
