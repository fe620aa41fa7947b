package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Scope;
import dev.lifecycle.Supervisor;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A supervisor that has ended keeps no task that was live at its end, however long it is held. */
@Timeout(60)
class ClosedSupervisorHeapTest {
  private static final int TASKS = 200;

  private final Lifecycle lifecycle = Lifecycle.create(o -> o.failureListener(report -> {}));
  private final Scope parent = lifecycle.open("parent");

  @AfterEach
  void close() {
    parent.close();
    lifecycle.close();
  }

  private void keepsNothing(Consumer<Supervisor> end) throws InterruptedException {
    Supervisor app = lifecycle.supervisor("app", o -> o.parent(parent).drain(Duration.ZERO));
    CountDownLatch begun = new CountDownLatch(TASKS);
    List<WeakReference<Object>> tasks = new ArrayList<>();
    for (int i = 0; i < TASKS; i++) {
      tasks.add(new WeakReference<>(app.start("app.task", () -> {
        begun.countDown();
        new CountDownLatch(1).await();
      })));
    }
    begun.await();
    end.accept(app);
    Awaitility.await().until(() -> {
      System.gc();
      return tasks.stream().allMatch(reference -> reference.get() == null);
    });
    assertThat(app.info().closed()).isTrue();
    Reference.reachabilityFence(app);
  }

  @Test
  void afterItsClose() throws Exception {
    keepsNothing(Supervisor::close);
  }

  @Test
  void afterTheCloseOfItsParent() throws Exception {
    keepsNothing(app -> parent.close());
  }

  @Test
  void afterItsShutdown() throws Exception {
    keepsNothing(app -> {
      try {
        assertThat(app.shutdown(Duration.ZERO, Duration.ofSeconds(10)).cancelled()).isEqualTo(TASKS);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    });
  }
}
