package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.RestartPolicy;
import dev.lifecycle.ServiceOptions;
import dev.lifecycle.Supervisor;
import dev.lifecycle.SupervisorOptions;
import dev.lifecycle.diagnostics.Snapshot;
import dev.lifecycle.junit.VirtualClock;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.UnaryOperator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bad services are refused by parameter and value, at once, and leave nothing behind. */
@Timeout(20)
class BadServiceTest {
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.clock(new VirtualClock()));
  private final Supervisor app = lifecycle.supervisor("good", o -> o);

  @AfterEach
  void nothingIsLeft() {
    assertThat(Snapshot.take(lifecycle).scopes()).isLessThanOrEqualTo(1);
    assertThat(lifecycle.counts().values()).allMatch(c -> c.forked() == 0);
    lifecycle.close();
  }

  private static void assertNullRefused(String parameter, ThrowingCallable use) {
    assertThatThrownBy(use).isInstanceOf(NullPointerException.class).hasMessageContaining(parameter);
  }

  private static void assertRefused(String message, ThrowingCallable use) {
    assertThatThrownBy(use).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
  }

  @Test
  void nullsAreRefused() {
    RestartPolicy policy = RestartPolicy.always();
    assertNullRefused("purpose", () -> app.service(null, policy, () -> {}));
    assertNullRefused("restart", () -> app.service("bad", (RestartPolicy) null, () -> {}));
    assertNullRefused("body", () -> app.service("bad", policy, null));
    assertNullRefused("purpose", () -> app.service(null, o -> o, self -> {}));
    assertNullRefused("options", () -> app.service("bad", (UnaryOperator<ServiceOptions>) null, self -> {}));
    assertNullRefused("options", () -> app.service("bad", o -> null, self -> {}));
    assertNullRefused("body", () -> app.service("bad", o -> o, null));
    assertNullRefused("purpose", () -> app.supervisor(null, policy, o -> o, nested -> {}));
    assertNullRefused("restart", () -> app.supervisor("bad", null, o -> o, nested -> {}));
    assertNullRefused("options", () -> app.supervisor("bad", policy, null, nested -> {}));
    assertNullRefused("options", () -> app.supervisor("bad", policy, o -> null, nested -> {}));
    assertNullRefused("setup", () -> app.supervisor("bad", policy, o -> o, null));
    assertThat(lifecycle.counts()).containsOnlyKeys("good");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "Upper", "1digit", "two words", "slash/ed", "a\nb"})
  void malformedPurposesAreRefused(String purpose) {
    for (ThrowingCallable use : new ThrowingCallable[] {
      () -> app.service(purpose, RestartPolicy.always(), () -> {}),
      () -> app.service(purpose, o -> o, self -> {}),
      () -> app.supervisor(purpose, RestartPolicy.always(), o -> o, nested -> {})
    }) {
      assertThatThrownBy(use).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("purpose").hasMessageContaining('"' + purpose + '"');
    }
    assertThat(Snapshot.take(lifecycle).scopes()).isEqualTo(1);
  }

  @Test
  void optionsOfAServiceRefuseBadValues() {
    ServiceOptions options = ServiceOptions.defaults();
    assertNullRefused("restart", () -> options.restart(null));
    assertNullRefused("within", () -> options.readyWithin(null));
    assertNullRefused("thread", () -> options.thread(null));
    assertRefused("within must be positive: PT0S", () -> options.readyWithin(Duration.ZERO));
    assertRefused("within must be positive: PT-1S", () -> options.readyWithin(Duration.ofSeconds(-1)));
  }

  @Test
  void policiesRefuseBadValues() {
    RestartPolicy policy = RestartPolicy.always();
    Duration second = Duration.ofSeconds(1);
    assertNullRefused("initial", () -> policy.backoff(null, second));
    assertNullRefused("max", () -> policy.backoff(second, null));
    assertNullRefused("window", () -> policy.limit(1, null));
    assertRefused("initial must not be negative: PT-1S", () -> policy.backoff(second.negated(), second));
    assertRefused("max must not be less than initial, which is PT1S: PT0S", () -> policy.backoff(second, Duration.ZERO));
    assertRefused("jitter must be within 0 and 1: 1.5", () -> policy.backoff(second, second, 1.5));
    assertRefused("jitter must be within 0 and 1: NaN", () -> policy.backoff(second, second, Double.NaN));
    assertRefused("restarts must be from 1 to 10000: 0", () -> policy.limit(0, second));
    assertRefused("restarts must be from 1 to 10000: 10001", () -> policy.limit(10_001, second));
    assertRefused("window must be positive: PT0S", () -> policy.limit(1, Duration.ZERO));
    assertRefused("window must be positive: PT-1S", () -> policy.limit(1, second.negated()));
    assertThat(policy.limit(10_000, Duration.ofSeconds(Long.MAX_VALUE)).limit()).isEqualTo(10_000);
  }

  @Test
  void optionsOfASupervisorRefuseNulls() {
    SupervisorOptions options = SupervisorOptions.defaults();
    assertNullRefused("strategy", () -> options.strategy(null));
    assertNullRefused("serviceFailure", () -> options.onServiceFailure(null));
  }

  @Test
  void aNestedSupervisorHasItsParentAlready() {
    assertThatThrownBy(() -> app.supervisor("bad", RestartPolicy.always(), o -> o.parent(app), nested -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("parent")
        .hasMessageContaining("\"bad\"");
  }

  @Test
  void aSupervisorThatDrainsOrIsClosedTakesNoService() {
    app.drain();
    assertThatThrownBy(() -> app.service("bad", RestartPolicy.always(), () -> {}))
        .isInstanceOf(RejectedExecutionException.class)
        .hasMessageContaining("draining")
        .hasMessageContaining("\"bad\"");
    assertThatThrownBy(() -> app.supervisor("bad", RestartPolicy.always(), o -> o, nested -> {})).isInstanceOf(RejectedExecutionException.class);
    app.close();
    assertThatThrownBy(() -> app.service("bad", RestartPolicy.always(), () -> {})).isInstanceOf(IllegalStateException.class).hasMessageContaining("closed");
  }
}
