package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.lifecycle.FailureReport;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.Policy;
import dev.lifecycle.Scope;
import dev.lifecycle.ScopeOptions;
import dev.lifecycle.Task;
import dev.lifecycle.junit.VirtualClock;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rule 44: when a policy is asked, and what it does wrong harms nobody. */
@Timeout(20)
class PolicyFaultTest {
  private final RecordingListener reports = new RecordingListener();
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.clock(new VirtualClock()).failureListener(reports));

  @AfterEach
  void end() {
    lifecycle.close();
  }

  static Stream<Throwable> faults() {
    return Stream.of(new IllegalStateException("injected"), new AssertionError("injected"), new OutOfMemoryError("injected"));
  }

  private static <R> R strike(Throwable fault) {
    if (fault instanceof Error e) {
      throw e;
    }
    throw (RuntimeException) fault;
  }

  private void assertStillWhole(Scope scope) throws Exception {
    assertThat(scope.fork("fault.after", () -> 1).get()).isEqualTo(1);
    scope.join();
    assertThat(scope.info().live()).isZero();
    scope.close();
    assertThat(scope.info().closed()).isTrue();
  }

  @ParameterizedTest
  @MethodSource("faults")
  void aPolicyThatThrowsIsReportedAndCountsAsContinue(Throwable fault) throws Exception {
    AtomicInteger calls = new AtomicInteger();
    Policy policy = ended -> calls.getAndIncrement() == 0 ? strike(fault) : Policy.Verdict.CONTINUE;
    try (Scope scope = lifecycle.open("fault", o -> o.policy(policy))) {
      Task<Integer> task = scope.fork("fault.task", () -> 1);
      scope.join();
      assertThat(task.resultNow()).isEqualTo(1);
      assertThat(reports.of(FailureReport.Kind.CALLBACK_FAILED)).singleElement().satisfies(report -> {
        assertThat(report.failure()).isSameAs(fault);
        assertThat(report.taskId()).isEqualTo(task.id());
      });
      assertStillWhole(scope);
    }
  }

  @Test
  void aPolicyThatReturnsNullIsReportedAndCountsAsContinue() throws Exception {
    try (Scope scope = lifecycle.open("fault", o -> o.policy((Policy) ended -> null))) {
      assertStillWhole(scope);
      assertThat(reports.of(FailureReport.Kind.CALLBACK_FAILED)).isNotEmpty();
    }
  }

  @Test
  void aPolicyThatJoinsOrClosesItsScopeIsRefused() throws Exception {
    AtomicReference<Scope> opened = new AtomicReference<>();
    List<Throwable> refused = new CopyOnWriteArrayList<>();
    try (Scope scope = lifecycle.open("fault", o -> o.policy((Policy) ended -> {
      refused.add(catchThrowable(() -> opened.get().join()));
      refused.add(catchThrowable(() -> opened.get().close()));
      return Policy.Verdict.CONTINUE;
    }))) {
      opened.set(scope);
      assertStillWhole(scope);
      assertThat(refused).hasSize(2).hasOnlyElementsOfType(IllegalStateException.class);
    }
  }

  @Test
  void aPolicyIsCalledOnTheEndingThreadBeforeTheTaskLeavesTheCount() throws Exception {
    AtomicReference<Scope> opened = new AtomicReference<>();
    AtomicReference<Thread> bodyThread = new AtomicReference<>();
    AtomicReference<Thread> policyThread = new AtomicReference<>();
    AtomicReference<Object> seen = new AtomicReference<>();
    try (Scope scope = lifecycle.open("fault", o -> o.policy((Policy) ended -> {
      policyThread.set(Thread.currentThread());
      seen.set(List.of(opened.get().info().live(), ended.status(), ended.resultNow()));
      return Policy.Verdict.CONTINUE;
    }))) {
      opened.set(scope);
      scope.fork("fault.task", () -> {
        bodyThread.set(Thread.currentThread());
        return "value";
      });
      scope.join();
      assertThat(policyThread.get()).isSameAs(bodyThread.get());
      assertThat(seen).hasValue(List.of(1, Task.Status.SUCCEEDED, "value"));
    }
  }

  @Test
  void aPolicyWithStateIsAskedOfItsSupplierOncePerScope() throws Exception {
    AtomicInteger supplied = new AtomicInteger();
    ScopeOptions options = ScopeOptions.defaults().policy(() -> {
      supplied.incrementAndGet();
      AtomicInteger left = new AtomicInteger(2);
      return ended -> left.decrementAndGet() == 0 ? Policy.Verdict.SUCCEED : Policy.Verdict.CONTINUE;
    });
    for (int i = 1; i <= 2; i++) {
      try (Scope scope = lifecycle.open("fault", o -> options)) {
        HeldBody held = HeldBody.listening();
        Task<String> rest = scope.fork("fault.rest", held);
        scope.fork("fault.one", () -> 1);
        scope.fork("fault.two", () -> 2);
        scope.join();
        assertThat(rest.status()).isEqualTo(Task.Status.CANCELLED);
        assertThat(supplied).hasValue(i);
      }
    }
  }

  @Test
  void aPolicySupplierThatReturnsNullOpensNothing() {
    try (Scope parent = lifecycle.open("fault")) {
      assertThatThrownBy(() -> parent.child("fault.child", o -> o.policy(() -> null)))
          .isInstanceOf(NullPointerException.class)
          .hasMessageContaining("policy");
      parent.close();
      assertThat(parent.info().cancelled()).as("a child was open").isFalse();
    }
  }

  @Test
  void aPolicySupplierThatThrowsOpensNothing() {
    IllegalStateException fault = new IllegalStateException("injected");
    try (Scope parent = lifecycle.open("fault")) {
      assertThatThrownBy(() -> parent.child("fault.child", o -> o.policy(() -> strike(fault)))).isSameAs(fault);
      parent.close();
      assertThat(parent.info().cancelled()).as("a child was open").isFalse();
    }
  }
}
