package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.Completions;
import dev.lifecycle.DeadlineExceededException;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.Overflow;
import dev.lifecycle.Policy;
import dev.lifecycle.Scope;
import dev.lifecycle.ScopeCancelledException;
import dev.lifecycle.Task;
import dev.lifecycle.TaskFailedException;
import dev.lifecycle.junit.VirtualClock;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tasks taken one by one as they end. */
@Timeout(20)
class CompletionsTest {
  private final VirtualClock clock = new VirtualClock();
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.clock(clock).failureListener(report -> {}));

  @AfterEach
  void endLifecycle() {
    lifecycle.close();
  }

  @Test
  void tasksAreTakenInTheOrderOfTheirEnds() throws InterruptedException {
    Scope scope = lifecycle.open("completions.order");
    Completions<Integer> completions = scope.completions();
    List<ParkedBody<Integer>> bodies = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      bodies.add(ParkedBody.returning(i));
      completions.fork("completions.body", bodies.get(i));
    }
    for (int i : new int[] {2, 0, 3, 1}) {
      bodies.get(i).release();
      assertThat(completions.next().resultNow()).isEqualTo(i);
    }
    assertThat(completions.next()).as("all are taken").isNull();
    scope.close();
  }

  @Test
  void withoutTasksNextIsNull() throws InterruptedException {
    Scope scope = lifecycle.open("completions.empty");
    Completions<String> completions = scope.completions();
    assertThat(completions.next()).isNull();
    scope.fork("completions.elsewhere", () -> "not through the queue");
    scope.join();
    assertThat(completions.next()).isNull();
    scope.close();
  }

  @Test
  void aForkAfterTheEndMakesNextWaitAgain() throws InterruptedException {
    Scope scope = lifecycle.open("completions.again");
    Completions<String> completions = scope.completions();
    completions.fork("completions.body", () -> "one");
    assertThat(completions.next().resultNow()).isEqualTo("one");
    assertThat(completions.next()).isNull();
    completions.fork("completions.body", () -> "two");
    assertThat(completions.next().resultNow()).isEqualTo("two");
    scope.close();
  }

  @Test
  void aFatalFailureIsThrownAsByJoin() {
    Scope scope = lifecycle.open("completions.failure");
    Completions<String> completions = scope.completions();
    ParkedBody<String> other = ParkedBody.returning("never");
    completions.fork("completions.other", other);
    completions.fork("completions.bad", () -> {
      throw new IOException("bad");
    });
    assertThatThrownBy(completions::next).isInstanceOf(TaskFailedException.class).hasCauseInstanceOf(IOException.class);
    assertThatThrownBy(completions::next).as("and again").isInstanceOf(TaskFailedException.class);
    assertThat(scope.info().live()).as("as join: not before every task has ended").isZero();
    scope.close();
  }

  @Test
  void underSuperviseAFailedTaskIsTakenLikeAnyOther() throws InterruptedException {
    Scope scope = lifecycle.open("completions.supervise", o -> o.policy(Policy.SUPERVISE));
    Completions<String> completions = scope.completions();
    completions.fork("completions.bad", () -> {
      throw new IOException("bad");
    });
    Task<String> task = completions.next();
    assertThat(task.status()).isEqualTo(Task.Status.FAILED);
    assertThat(task.failure()).isInstanceOf(IOException.class);
    assertThat(completions.next()).isNull();
    scope.close();
  }

  @Test
  void aTaskCancelledAloneIsTakenToo() throws InterruptedException {
    Scope scope = lifecycle.open("completions.task");
    Completions<String> completions = scope.completions();
    Task<String> task = completions.fork("completions.body", ParkedBody.returning("never"));
    task.cancel("enough");
    assertThat(completions.next()).isSameAs(task);
    assertThat(completions.next()).isNull();
    scope.close();
  }

  @Test
  void aCancelOfTheScopeWakesTheTakerAndIsThrown() throws InterruptedException {
    Scope scope = lifecycle.open("completions.cancel");
    Completions<String> completions = scope.completions();
    ParkedBody<String> body = ParkedBody.returning("never");
    completions.fork("completions.body", body);
    body.awaitEntered();
    Thread canceller = new Thread(() -> scope.cancel("enough"));
    canceller.start();
    assertThatThrownBy(completions::next).isInstanceOf(ScopeCancelledException.class);
    canceller.join();
    scope.close();
  }

  @Test
  void theDeadlineOfTheScopeWakesTheTakerAndIsThrown() throws InterruptedException {
    Scope scope = lifecycle.open("completions.deadline", o -> o.timeout(Duration.ofSeconds(1)));
    Completions<String> completions = scope.completions();
    completions.fork("completions.body", ParkedBody.returning("never"));
    Thread mover = new Thread(() -> clock.advance(Duration.ofSeconds(1)));
    mover.start();
    assertThatThrownBy(completions::next).isInstanceOf(DeadlineExceededException.class);
    mover.join();
    scope.close();
  }

  @Test
  void anInterruptEndsTheWaitAndLosesNoTask() throws InterruptedException {
    Scope scope = lifecycle.open("completions.interrupt");
    Completions<String> completions = scope.completions();
    ParkedBody<String> body = ParkedBody.returning("value");
    completions.fork("completions.body", body);
    Thread.currentThread().interrupt();
    assertThatThrownBy(completions::next).isInstanceOf(InterruptedException.class);
    assertThat(Thread.interrupted()).isFalse();
    body.release();
    assertThat(completions.next().resultNow()).isEqualTo("value");
    scope.close();
  }

  @Test
  void aForkThatIsRefusedIsNotWaitedFor() throws InterruptedException {
    Scope scope = lifecycle.open("completions.refused", o -> o.executor(work -> {
      throw new RejectedExecutionException("full");
    }));
    Completions<String> completions = scope.completions();
    assertThatThrownBy(() -> completions.fork("completions.body", () -> "never")).isInstanceOf(RejectedExecutionException.class);
    assertThat(completions.next()).isNull();
    scope.close();
  }

  /** Its fork returned, so somebody counts on it; that no thread could be had came later. */
  @Test
  void aQueuedTaskThatCannotBeStartedLaterIsTakenAsFailed() throws InterruptedException {
    AtomicInteger starts = new AtomicInteger();
    Scope scope = lifecycle.open("completions.queued", o -> o.policy(Policy.SUPERVISE).maxConcurrent(1, Overflow.queue(1)).executor(work -> {
      if (starts.incrementAndGet() > 1) {
        throw new RejectedExecutionException("full");
      }
      Thread thread = new Thread(work);
      thread.setDaemon(true);
      thread.start();
    }).helpOnJoin(false));
    Completions<String> completions = scope.completions();
    ParkedBody<String> body = ParkedBody.returning("first");
    Task<String> first = completions.fork("completions.first", body);
    Task<String> second = completions.fork("completions.second", () -> "never");
    body.release();
    assertThat(Set.of(completions.next(), completions.next())).containsExactlyInAnyOrder(first, second);
    assertThat(second.status()).isEqualTo(Task.Status.FAILED);
    assertThat(completions.next()).isNull();
    scope.close();
  }

  @Test
  void ofManyTakersEachTaskGoesToOneAndAllAreToldOfTheEnd() throws InterruptedException {
    Scope scope = lifecycle.open("completions.takers");
    Completions<Integer> completions = scope.completions();
    int tasks = 500;
    for (int i = 0; i < tasks; i++) {
      int number = i;
      completions.fork("completions.body", () -> number);
    }
    Set<Integer> taken = ConcurrentHashMap.newKeySet();
    AtomicInteger twice = new AtomicInteger();
    List<Thread> takers = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      Thread taker = new Thread(() -> {
        try {
          for (Task<Integer> task = completions.next(); task != null; task = completions.next()) {
            if (!taken.add(task.resultNow())) {
              twice.incrementAndGet();
            }
          }
        } catch (InterruptedException e) {
          twice.incrementAndGet();
        }
      });
      taker.start();
      takers.add(taker);
    }
    for (Thread taker : takers) {
      taker.join();
    }
    assertThat(taken).hasSize(tasks);
    assertThat(twice).hasValue(0);
    scope.close();
  }

  @Test
  void nextFromATaskOfTheScopeIsRefused() throws Exception {
    Scope scope = lifecycle.open("completions.inside");
    Completions<String> completions = scope.completions();
    Task<Throwable> task = scope.fork("completions.body", () -> {
      try {
        completions.next();
        return null;
      } catch (IllegalStateException e) {
        return e;
      }
    });
    assertThat(task.get()).isInstanceOf(IllegalStateException.class).hasMessageContaining("next");
    scope.close();
  }
}
