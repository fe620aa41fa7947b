package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.Context;
import dev.lifecycle.Key;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.Scope;
import dev.lifecycle.Task;
import dev.lifecycle.junit.VirtualClock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A body that replaces its thread's uncaught-exception handler stays where it is in the tree. */
@Timeout(20)
class ReplacedHandlerTest {
  private static final Key<String> KEY = Key.of("replaced");
  private static final Duration DAY = Duration.ofDays(1);

  private final Lifecycle lifecycle = Lifecycle.create(o -> o.clock(new VirtualClock()));

  @AfterEach
  void end() {
    lifecycle.close();
  }

  private static void replaceHandler() {
    Thread.currentThread().setUncaughtExceptionHandler((thread, failure) -> {});
  }

  private Scope open() {
    return lifecycle.open("replaced", o -> o.with(KEY, "value"));
  }

  @Test
  void itsContextIsStillThatOfItsScope() throws Exception {
    try (Scope scope = open()) {
      Task<String> task = scope.fork("replaced.task", () -> {
        replaceHandler();
        return Context.current().get(KEY).orElse("lost");
      });
      assertThat(task.get()).isEqualTo("value");
      scope.join();
    }
  }

  @Test
  void aScopeThatItOpensIsStillAChild() throws Exception {
    try (Scope scope = open()) {
      Task<String> task = scope.fork("replaced.task", () -> {
        replaceHandler();
        try (Scope child = Scope.open("replaced.child")) {
          return child.info().parent();
        }
      });
      assertThat(task.get()).isEqualTo(scope.info().id());
      scope.join();
    }
  }

  @Test
  void joinFromInsideIsStillRefused() throws Exception {
    try (Scope scope = open()) {
      Task<Boolean> task = scope.fork("replaced.task", () -> {
        replaceHandler();
        assertThatThrownBy(scope::join).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(scope::close).isInstanceOf(IllegalStateException.class);
        return true;
      });
      assertThat(task.get()).isTrue();
      scope.join();
    }
  }

  @Test
  void aHandlerReplacedInsideACallIsNoHarmAfterTheCall() throws Exception {
    try (Scope scope = open()) {
      Task<String> task = scope.fork("replaced.task", () -> {
        Scope.call("replaced.call", DAY, inner -> {
          replaceHandler();
          return Context.current().deadline();
        });
        assertThat(Context.current().deadline().isNone()).as("the call has ended").isTrue();
        try (Scope child = Scope.open("replaced.child")) {
          return child.info().parent();
        }
      });
      assertThat(task.get()).isEqualTo(scope.info().id());
      scope.join();
    }
  }

  @Test
  void aHandlerReplacedBeforeACallLeavesTheCallInside() throws Exception {
    try (Scope scope = open()) {
      Task<String> task = scope.fork("replaced.task", () -> {
        replaceHandler();
        String parent = Scope.call("replaced.call", DAY, inner -> {
          assertThat(Context.current().deadline()).isEqualTo(inner.info().deadline());
          return inner.info().parent();
        });
        assertThat(Context.current().deadline().isNone()).isTrue();
        return parent;
      });
      assertThat(task.get()).isEqualTo(scope.info().id());
      scope.join();
    }
  }

  @Test
  void aHandlerThatIsPutBackInsideACallIsNoHarm() throws Exception {
    try (Scope scope = open()) {
      Task<String> task = scope.fork("replaced.task", () -> {
        Thread.UncaughtExceptionHandler own = Thread.currentThread().getUncaughtExceptionHandler();
        replaceHandler();
        Scope.call("replaced.call", DAY, inner -> {
          Thread.currentThread().setUncaughtExceptionHandler(own);
          assertThat(Context.current().deadline()).isEqualTo(inner.info().deadline());
          return 1;
        });
        return Context.current().deadline().isNone() ? Context.current().get(KEY).orElse("lost") : "in the call";
      });
      assertThat(task.get()).isEqualTo("value");
      scope.join();
    }
  }

  @Test
  void aTaskWhosePurposeCameAfterTheBoundIsFoundToo() throws Exception {
    try (Lifecycle small = Lifecycle.create(o -> o.maxPurposes(1)); Scope scope = small.open("replaced", o -> o.with(KEY, "value"))) {
      Task<String> task = scope.fork("replaced.beyond", () -> {
        replaceHandler();
        return Context.current().get(KEY).orElse("lost");
      });
      assertThat(task.get()).isEqualTo("value");
      scope.join();
    }
  }

  @Test
  void aHandlerResetToNullIsNoHarm() throws Exception {
    try (Scope scope = open()) {
      Task<String> task = scope.fork("replaced.task", () -> {
        Thread.currentThread().setUncaughtExceptionHandler(null);
        return Context.current().get(KEY).orElse("lost");
      });
      assertThat(task.get()).isEqualTo("value");
      scope.join();
    }
  }

  @Test
  void anErrorOfTheVirtualMachineReachesTheHandlerThatTheBodySet() throws Exception {
    AtomicReference<Throwable> handed = new AtomicReference<>();
    OutOfMemoryError error = new OutOfMemoryError("injected");
    try (Scope scope = open()) {
      Task<Object> task = scope.fork("replaced.task", () -> {
        Thread.currentThread().setUncaughtExceptionHandler((thread, failure) -> handed.set(failure));
        throw error;
      });
      assertThatThrownBy(task::get).hasCause(error);
      assertThat(handed).hasValue(error);
    }
  }

  @Test
  void aHandlerThatABodySetDoesNotServeTheNextTaskOfAPooledThread() throws Exception {
    try (Scope scope = open()) {
      for (int i = 0; i < 20; i++) {
        scope.fork("replaced.task", () -> {
          replaceHandler();
          return Context.current().isCancelled();
        }).get();
        String seen = scope.fork("replaced.next", () -> Context.current().get(KEY).orElse("lost")).get();
        assertThat(seen).isEqualTo("value");
      }
      scope.join();
    }
  }
}
