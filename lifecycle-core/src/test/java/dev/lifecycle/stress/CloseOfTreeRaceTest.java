package dev.lifecycle.stress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Scope;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule 49: a parent closes after all its children, newest first, also after one that is opened as it begins to close; its own cleanup comes last. */
@Timeout(60)
class CloseOfTreeRaceTest {
  private static final Lifecycle LIFECYCLE = Lifecycle.create(o -> o.name("tree"));

  /** The moments at which things were cleaned up; zero if they were not. */
  private static final class Round {
    final AtomicInteger moment = new AtomicInteger();
    final Parent parent;
    final AutoCloseable newer;
    volatile int parentAt;
    volatile int olderAt;
    volatile int newerAt;
    volatile int lateAt;
    volatile int lexicalAt;
    volatile boolean bodyAfterCleanup;
    boolean late;

    Round(Callable<Parent> parents) throws Exception {
      parent = parents.call();
      parent.begin(this);
      parent.child(() -> olderAt = now());
      newer = parent.child(() -> newerAt = now());
    }

    int now() {
      return moment.incrementAndGet();
    }

    void openLate() {
      late = parent.child(() -> lateAt = now()) != null;
    }

    String violation() {
      if (!(0 < newerAt && newerAt < olderAt && olderAt < parentAt)) {
        return "newer child at " + newerAt + ", older at " + olderAt + ", parent at " + parentAt;
      }
      if (late && !(0 < lateAt && lateAt < parentAt)) {
        return "late child at " + lateAt + ", parent at " + parentAt;
      }
      if (bodyAfterCleanup) {
        return "a child's body still ran after the child's cleanup";
      }
      return lexicalAt < parentAt ? null : "lexical child at " + lexicalAt + ", parent at " + parentAt;
    }
  }

  private interface Parent {
    /** Called once, before all: the parent's own cleanup sets {@code parentAt}. */
    void begin(Round round);

    /** Opens a child with this cleanup; null if the parent is closed. */
    AutoCloseable child(Runnable cleanup);

    void close();
  }

  private static final class Engine implements Parent {
    private final Scope scope = LIFECYCLE.open("tree.parent");
    private Round round;

    @Override
    public void begin(Round r) {
      round = r;
      scope.defer(() -> r.parentAt = r.now());
      scope.start("tree.task", this::lexical);
    }

    /** A task that owns a child and closes it in its own frame. */
    private void lexical() throws InterruptedException {
      try (Scope child = LIFECYCLE.open("tree.lexical")) {
        child.defer(() -> round.lexicalAt = round.now());
        child.start("tree.leaf", () -> new CountDownLatch(1).await());
        child.join();
      }
    }

    @Override
    public AutoCloseable child(Runnable cleanup) {
      try {
        Scope child = scope.child("tree.child", o -> o);
        AtomicBoolean cleaned = new AtomicBoolean();
        child.defer(
            () -> {
              cleaned.set(true);
              cleanup.run();
            });
        child.start(
            "tree.leaf",
            () -> {
              Race.dawdle();
              round.bodyAfterCleanup |= cleaned.get();
            });
        return child;
      } catch (IllegalStateException closed) {
        return null;
      }
    }

    @Override
    public void close() {
      scope.close();
    }
  }

  /** Closes its children and then runs its cleanup; with the bug it looks for children before it says that it is closing. */
  private static final class Copy implements Parent {
    private final class Child implements AutoCloseable {
      private final Runnable cleanup;
      private final AtomicInteger closed = new AtomicInteger();
      private volatile boolean over;

      Child(Runnable cleanup) {
        this.cleanup = cleanup;
      }

      @Override
      public void close() {
        if (closed.getAndIncrement() == 0) {
          cleanup.run();
          over = true;
        }
        Race.until(() -> over);
        children.remove(this);
      }
    }

    private final boolean bug;
    private final ConcurrentLinkedDeque<Child> children = new ConcurrentLinkedDeque<>();
    private volatile boolean closing;
    private Round round;

    Copy(boolean bug) {
      this.bug = bug;
    }

    @Override
    public void begin(Round r) {
      round = r;
    }

    @Override
    public AutoCloseable child(Runnable cleanup) {
      Child child = new Child(cleanup);
      children.addFirst(child);
      if (closing && !bug && children.remove(child)) {
        return null;
      }
      return bug && closing ? null : child;
    }

    @Override
    public void close() {
      closing = !bug;
      for (Child child = children.peekFirst(); child != null; child = children.peekFirst()) {
        child.close();
      }
      if (bug) {
        Race.linger();
      }
      closing = true;
      round.parentAt = round.now();
    }
  }

  @Test
  void aParentClosesAfterAllItsChildrenNewestFirst() {
    assertThat(race(Engine::new).run().violation()).isNull();
  }

  /** A parent that has nothing yet takes a shorter way to close. */
  @Test
  void aBareParentClosesAlsoAChildThatIsOpenedAsItCloses() {
    Scope root = LIFECYCLE.open("tree.root");
    Race.Result result =
        Race.of(() -> new Bare(root.child("tree.bare", o -> o)))
            .actor(r -> r.parent.close())
            .actor(Bare::open)
            .judge(r -> r.child == null || r.child.info().closed() ? null : "a child has outlived its parent")
            .run();
    root.close();
    assertThat(result.violation()).isNull();
  }

  @Test
  void cleanupThatIsRegisteredAsABareScopeClosesRunsOnce() {
    Scope root = LIFECYCLE.open("tree.root");
    Race.Result result =
        Race.of(() -> new Bare(root.child("tree.bare", o -> o)))
            .actor(r -> r.parent.close())
            .actor(Bare::register)
            .judge(r -> r.cleaned.get() == 1 ? null : "cleanup ran " + r.cleaned + " times")
            .run();
    root.close();
    assertThat(result.violation()).isNull();
  }

  private static final class Bare {
    final AtomicInteger cleaned = new AtomicInteger();
    final Scope parent;
    Scope child;

    Bare(Scope parent) {
      this.parent = parent;
    }

    void register() {
      try {
        parent.defer(cleaned::incrementAndGet);
      } catch (IllegalStateException closed) {
        assertThat(cleaned).as("run at once").hasPositiveValue();
      }
    }

    void open() {
      try {
        child = parent.child("tree.child", o -> o);
      } catch (IllegalStateException closed) {
        child = null;
      }
    }
  }

  @Test
  void theCopyThatSaysFirstThatItIsClosingIsRight() {
    assertThat(race(() -> new Copy(false)).run().violation()).isNull();
  }

  @Test
  void theRaceFindsAParentThatLooksForChildrenBeforeItSaysThatItIsClosing() {
    assertThat(race(() -> new Copy(true)).hunt().violation()).contains("late child at 0");
  }

  private static Race<Round> race(Callable<Parent> parents) {
    return Race.of(() -> new Round(parents))
        .actor(r -> r.parent.close())
        .actor(Round::openLate)
        .actor(r -> r.newer.close())
        .judge(Round::violation);
  }
}
