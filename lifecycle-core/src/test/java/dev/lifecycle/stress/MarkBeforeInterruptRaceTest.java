package dev.lifecycle.stress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.Context;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.Scope;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule 20: the whole tree is marked before the first interrupt, so that whoever is interrupted finds itself and all below it cancelled. */
@Timeout(60)
class MarkBeforeInterruptRaceTest {
  private static final Lifecycle LIFECYCLE = Lifecycle.create(o -> o.name("mark"));
  private static final int LEVELS = 3;

  private interface Tree {
    void cancelRoot();

    void cancelMiddle();

    /** Opens one more scope at the bottom, with a task. */
    void grow();

    /** What the tasks have seen, when all have ended; null if all was well. */
    String violation() throws InterruptedException;
  }

  private static final class Engine implements Tree {
    private final Scope[] scopes = new Scope[LEVELS];
    private final AtomicReference<String> violation = new AtomicReference<>();
    private volatile Scope grown;

    Engine() {
      for (int i = 0; i < LEVELS; i++) {
        scopes[i] = i == 0 ? LIFECYCLE.open("mark.root") : scopes[i - 1].child("mark.child", o -> o);
      }
      for (int i = 0; i < LEVELS; i++) {
        int level = i;
        scopes[i].start("mark.task", () -> waitAndLook(level));
      }
    }

    private void waitAndLook(int level) {
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        check(Context.current().isCancelled(), "interrupted and not cancelled");
        for (int i = level; i < LEVELS; i++) {
          check(scopes[i].info().cancelled(), "level " + level + " interrupted and level " + i + " not marked");
        }
      }
    }

    private void check(boolean holds, String otherwise) {
      if (!holds) {
        violation.compareAndSet(null, otherwise);
      }
    }

    @Override
    public void cancelRoot() {
      check(scopes[0].cancel("root"), "the first cancel of the root has not won");
      for (int i = 0; i < LEVELS; i++) {
        check(scopes[i].info().cancelled(), "the cancel has returned and level " + i + " is not marked");
      }
    }

    @Override
    public void cancelMiddle() {
      scopes[1].cancel("middle");
    }

    @Override
    public void grow() {
      grown = scopes[LEVELS - 1].child("mark.grown", o -> o);
      grown.start(
          "mark.task",
          () -> {
            try {
              new CountDownLatch(1).await();
            } catch (InterruptedException e) {
              check(Context.current().isCancelled(), "interrupted in the new scope and not cancelled");
            }
          });
    }

    @Override
    public String violation() throws InterruptedException {
      check(grown.info().cancelled(), "the scope opened meanwhile is not cancelled");
      for (Scope scope : scopes) {
        check(scope.awaitQuiescence(Duration.ofSeconds(5)), "a task was not interrupted");
      }
      if (violation.get() == null) {
        scopes[0].close();
      }
      return violation.get();
    }
  }

  /** Marks and then interrupts; with the bug level by level. The tasks are the actors that do nothing else. */
  private static final class Copy implements Tree {
    private final boolean bug;
    private final AtomicIntegerArray marked = new AtomicIntegerArray(LEVELS);
    private final AtomicIntegerArray interrupted = new AtomicIntegerArray(LEVELS);
    private volatile String violation;

    Copy(boolean bug) {
      this.bug = bug;
    }

    @Override
    public void cancelRoot() {
      for (int i = 0; i < LEVELS; i++) {
        marked.set(i, 1);
        if (bug) {
          interrupted.set(i, 1);
          Race.dawdle();
        }
      }
      for (int i = 0; i < LEVELS; i++) {
        interrupted.set(i, 1);
      }
    }

    @Override
    public void cancelMiddle() {
      task(0);
    }

    @Override
    public void grow() {
      task(1);
    }

    private void task(int level) {
      Race.until(() -> interrupted.get(level) != 0);
      for (int i = level; i < LEVELS; i++) {
        if (marked.get(i) == 0) {
          violation = "level " + level + " interrupted and level " + i + " not marked";
        }
      }
    }

    @Override
    public String violation() {
      return violation;
    }
  }

  @Test
  void nobodyIsInterruptedBeforeTheTreeIsMarked() {
    assertThat(race(Engine::new).run().violation()).isNull();
  }

  @Test
  void theCopyThatMarksFirstIsRight() {
    assertThat(race(() -> new Copy(false)).run().violation()).isNull();
  }

  @Test
  void theRaceFindsACancelThatInterruptsLevelByLevel() {
    assertThat(race(() -> new Copy(true)).hunt().violation()).contains("not marked");
  }

  private static Race<Tree> race(Callable<Tree> trees) {
    return Race.of(trees).actor(Tree::cancelRoot).actor(Tree::cancelMiddle).actor(Tree::grow).judge(Tree::violation);
  }
}
