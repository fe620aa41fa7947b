package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.sun.management.ThreadMXBean;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.Policy;
import dev.lifecycle.Scope;
import dev.lifecycle.Task;
import dev.lifecycle.TaskFailedException;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule 43: an Error of the virtual machine reaches the uncaught handler at once, and is recorded without memory. */
@Timeout(20)
class VirtualMachineErrorTest {
  private final List<Throwable> uncaught = new CopyOnWriteArrayList<>();

  private Thread thread(Runnable work) {
    Thread thread = new Thread(work, "errors");
    thread.setDaemon(true);
    thread.setUncaughtExceptionHandler((t, e) -> uncaught.add(e));
    return thread;
  }

  private static Task<Object> fail(Scope scope, Error error) {
    return scope.fork("errors.task", () -> {
      throw error;
    });
  }

  @Test
  void aVirtualMachineErrorReachesTheUncaughtHandlerBeforeTheTaskHasEnded() {
    AtomicReference<Task<Object>> task = new AtomicReference<>();
    AtomicReference<Task.Status> statusAtHandler = new AtomicReference<>();
    HeldBody held = HeldBody.listening();
    OutOfMemoryError error = new OutOfMemoryError("injected");
    Lifecycle own = Lifecycle.create(o -> o.threads(work -> {
      Thread thread = thread(work);
      thread.setUncaughtExceptionHandler((t, e) -> {
        uncaught.add(e);
        statusAtHandler.set(task.get().status());
      });
      return thread;
    }));
    try (own; Scope scope = own.open("errors")) {
      task.set(scope.fork("errors.task", () -> {
        held.call();
        throw error;
      }));
      held.letGo();
      assertThat(catchThrowable(scope::join)).isInstanceOf(TaskFailedException.class).hasCause(error);
      assertThat(uncaught).containsExactly(error);
      assertThat(statusAtHandler).hasValue(Task.Status.RUNNING);
    }
  }

  @Test
  void aVirtualMachineErrorOnTheLibrarysOwnThreadsReachesTheDefaultHandler() {
    StackOverflowError error = new StackOverflowError("injected");
    Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
    Thread.setDefaultUncaughtExceptionHandler((t, e) -> uncaught.add(e));
    try (Lifecycle own = Lifecycle.create(o -> o); Scope scope = own.open("errors")) {
      fail(scope, error);
      assertThat(catchThrowable(scope::join)).hasCause(error);
      assertThat(uncaught).containsExactly(error);
    } finally {
      Thread.setDefaultUncaughtExceptionHandler(before);
    }
  }

  @Test
  void anUncaughtHandlerThatThrowsHarmsNobody() {
    OutOfMemoryError error = new OutOfMemoryError("injected");
    Lifecycle own = Lifecycle.create(o -> o.threads(work -> {
      Thread thread = thread(work);
      thread.setUncaughtExceptionHandler((t, e) -> {
        throw new IllegalStateException("of the handler");
      });
      return thread;
    }));
    try (own; Scope scope = own.open("errors")) {
      fail(scope, error);
      assertThat(catchThrowable(scope::join)).isInstanceOf(TaskFailedException.class).hasCause(error);
    }
  }

  @Test
  void recordingAVirtualMachineErrorAllocatesNothing() throws Exception {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    AtomicLong atHandler = new AtomicLong();
    AtomicLong recorded = new AtomicLong(Long.MAX_VALUE);
    OutOfMemoryError error = new OutOfMemoryError("injected");
    Lifecycle own = Lifecycle.create(o -> o.threads(work -> {
      Thread thread = thread(work);
      thread.setUncaughtExceptionHandler((t, e) -> atHandler.set(threads.getThreadAllocatedBytes(t.getId())));
      return thread;
    }));
    Policy measuring = ended -> {
      long now = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
      recorded.accumulateAndGet(now - atHandler.get(), Math::min); // the first runs link classes and call sites
      return Policy.Verdict.CONTINUE;
    };
    try (own) {
      for (int i = 0; i < 50; i++) {
        try (Scope scope = own.open("errors", o -> o.policy(measuring))) {
          assertThat(catchThrowable(fail(scope, error)::get)).hasCause(error);
        }
      }
    }
    assertThat(recorded.get()).isZero();
  }
}
