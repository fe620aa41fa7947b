package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.AfterGrace;
import dev.lifecycle.FailureListener;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.Policy;
import dev.lifecycle.RestartStrategy;
import dev.lifecycle.Scope;
import dev.lifecycle.ServiceFailure;
import dev.lifecycle.Supervisor;
import dev.lifecycle.SupervisorOptions;
import dev.lifecycle.diagnostics.Snapshot;
import dev.lifecycle.junit.VirtualClock;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The options of supervisors, and where a supervisor stands in the tree. */
@Timeout(20)
class SupervisorOptionsTest {
  private final SupervisorOptions defaults = SupervisorOptions.defaults();
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.clock(new VirtualClock()));

  @AfterEach
  void close() {
    lifecycle.close();
  }

  @Test
  void theDefaultsAreAsDocumented() {
    assertThat(defaults.drain()).isEqualTo(Duration.ofSeconds(10));
    assertThat(defaults.scope().grace()).isEqualTo(Duration.ofSeconds(5));
    assertThat(defaults.scope().afterGrace()).isEqualTo(AfterGrace.ABANDON);
    assertThat(defaults.scope().newPolicy()).isEqualTo(Policy.SUPERVISE);
    assertThat(defaults.strategy()).isEqualTo(RestartStrategy.ONE_FOR_ONE);
    assertThat(defaults.serviceFailure()).isEqualTo(ServiceFailure.ISOLATE);
    assertThat(defaults.isClosedOnJvmShutdown()).isFalse();
  }

  @Test
  void everyOptionIsKeptAndTheOriginalUnchanged() {
    FailureListener listener = report -> {};
    SupervisorOptions o = defaults.drain(Duration.ZERO).grace(Duration.ZERO, AfterGrace.WAIT).strategy(RestartStrategy.ONE_FOR_ALL).onServiceFailure(ServiceFailure.ESCALATE).listener(listener).closeOnJvmShutdown();
    assertThat(o.drain()).isZero();
    assertThat(o.scope().grace()).isZero();
    assertThat(o.scope().afterGrace()).isEqualTo(AfterGrace.WAIT);
    assertThat(o.strategy()).isEqualTo(RestartStrategy.ONE_FOR_ALL);
    assertThat(o.serviceFailure()).isEqualTo(ServiceFailure.ESCALATE);
    assertThat(o.scope().listener()).isSameAs(listener);
    assertThat(o.isClosedOnJvmShutdown()).isTrue();
    assertThat(o.grace(Duration.ofSeconds(1)).scope().afterGrace()).as("what follows the grace stays").isEqualTo(AfterGrace.WAIT);
    theDefaultsAreAsDocumented();
  }

  @Test
  void badValuesAreRefusedAtOnceAndNamed() {
    assertThatThrownBy(() -> defaults.drain(Duration.ofMillis(-1))).isInstanceOf(IllegalArgumentException.class).hasMessage("drain must not be negative: PT-0.001S");
    assertThatThrownBy(() -> defaults.grace(Duration.ofMillis(-1))).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("grace");
    assertThatNullPointerException().isThrownBy(() -> defaults.drain(null)).withMessage("drain");
    assertThatNullPointerException().isThrownBy(() -> defaults.grace(null)).withMessage("grace");
    assertThatNullPointerException().isThrownBy(() -> defaults.strategy(null)).withMessage("strategy");
    assertThatNullPointerException().isThrownBy(() -> defaults.onServiceFailure(null)).withMessage("serviceFailure");
    assertThatNullPointerException().isThrownBy(() -> defaults.scope(null)).withMessage("options");
    assertThatNullPointerException().isThrownBy(() -> defaults.scope(s -> null)).withMessage("options returned null");
    assertThatNullPointerException().isThrownBy(() -> defaults.parent(null)).withMessage("parent");
    assertThatNullPointerException().isThrownBy(() -> defaults.listener(null)).withMessage("listener");
    assertThatNullPointerException().isThrownBy(() -> lifecycle.supervisor("app", null)).withMessage("options");
    assertThatNullPointerException().isThrownBy(() -> lifecycle.supervisor("app", o -> null)).withMessage("options returned null");
    assertThatThrownBy(() -> lifecycle.supervisor("No Purpose", o -> o)).isInstanceOf(IllegalArgumentException.class);
    assertThat(Snapshot.take(lifecycle).scopes()).isZero();
  }

  @Test
  void aSupervisorIsARootWhereverItIsOpened() throws Exception {
    Supervisor opened = lifecycle.<Supervisor, RuntimeException>call("request", Duration.ofSeconds(1), scope -> Supervisor.open("app"));
    try (opened) {
      assertThat(opened.info().path()).isEqualTo("app");
      assertThat(opened.fork("app.task", () -> "alive").get()).isEqualTo("alive");
      assertThat(Snapshot.take(lifecycle).scopes()).as("in the lifecycle of the task").isEqualTo(1);
    }
  }

  @Test
  void aSupervisorWithAParentFollowsIt() throws Exception {
    Scope parent = lifecycle.open("parent");
    Supervisor app = lifecycle.supervisor("app", o -> o.parent(parent).drain(Duration.ZERO));
    assertThat(app.info().path()).isEqualTo("parent/app");
    parent.cancel("over");
    assertThat(app.info().cancelled()).isTrue();
    parent.close();
    assertThat(app.info().closed()).isTrue();
    assertThatThrownBy(() -> lifecycle.supervisor("app", o -> o.parent(parent))).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aDrainingParentTakesNoSupervisorFromOutside() {
    Scope parent = lifecycle.open("parent");
    parent.drain();
    assertThatThrownBy(() -> lifecycle.supervisor("app", o -> o.parent(parent))).isInstanceOf(RejectedExecutionException.class);
    parent.close();
  }

  @Test
  void aParentOfAnotherLifecycleIsRefused() {
    try (Lifecycle other = Lifecycle.create(o -> o.name("other")); Scope parent = other.open("parent")) {
      assertThatThrownBy(() -> lifecycle.supervisor("app", o -> o.parent(parent))).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("other");
    }
  }
}
