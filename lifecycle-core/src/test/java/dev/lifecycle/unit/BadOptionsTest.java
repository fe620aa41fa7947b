package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.AfterGrace;
import dev.lifecycle.Key;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.LifecycleOptions;
import dev.lifecycle.Overflow;
import dev.lifecycle.Ownership;
import dev.lifecycle.Policy;
import dev.lifecycle.Scope;
import dev.lifecycle.ScopeOptions;
import dev.lifecycle.TaskOptions;
import dev.lifecycle.context.ContextCarrier;
import dev.lifecycle.junit.VirtualClock;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every option refuses a bad value at once, with its name and the value. */
@Timeout(20)
class BadOptionsTest {
  private final ScopeOptions scope = ScopeOptions.defaults();
  private final TaskOptions<Object> task = TaskOptions.defaults();
  private final LifecycleOptions lifecycle = LifecycleOptions.defaults();

  private static void assertRefused(ThrowingCallable use, String parameter, Object value) {
    assertThatThrownBy(use).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(parameter).hasMessageContaining(String.valueOf(value));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
  void aLimitBelowOneIsRefused(int limit) {
    assertRefused(() -> scope.maxConcurrent(limit), "maxConcurrent", limit);
    assertRefused(() -> scope.maxConcurrent(limit, Overflow.REJECT), "maxConcurrent", limit);
    assertRefused(() -> Overflow.queue(limit), "capacity", limit);
    assertRefused(() -> lifecycle.maxThreads(limit), "maxThreads", limit);
    assertRefused(() -> lifecycle.maxPurposes(limit), "maxPurposes", limit);
  }

  @Test
  void aNegativeGraceIsRefusedAndZeroIsTaken() {
    Duration negative = Duration.ofMillis(-5);
    assertRefused(() -> scope.grace(negative), "grace", negative);
    assertRefused(() -> scope.grace(negative, AfterGrace.WAIT), "grace", negative);
    assertThat(scope.grace(Duration.ZERO).grace()).isZero();
  }

  @Test
  void anExpectedAgeThatIsNotPositiveIsRefused() {
    for (Duration bad : new Duration[] {Duration.ZERO, Duration.ofSeconds(-3)}) {
      assertRefused(() -> scope.expectedWithin(bad), "expectedWithin", bad);
      assertRefused(() -> task.expectedWithin(bad), "expectedWithin", bad);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\t\n"})
  void aBlankNameIsRefused(String name) {
    assertRefused(() -> lifecycle.name(name), "name", "blank");
    assertRefused(() -> Key.of(name), "name", "blank");
  }

  @Test
  void parentAndDetachedExcludeEachOther() {
    try (Lifecycle own = Lifecycle.create(o -> o); Scope parent = own.open("parent")) {
      assertRefused(() -> scope.parent(parent).detached(), "parent", "detached");
      assertRefused(() -> scope.detached().parent(parent), "parent", "detached");
    }
  }

  static Stream<Arguments> nulls() {
    ScopeOptions scope = ScopeOptions.defaults();
    TaskOptions<Object> task = TaskOptions.defaults();
    LifecycleOptions lifecycle = LifecycleOptions.defaults();
    return Stream.of(
        of("parent", () -> scope.parent(null)),
        of("policy", () -> scope.policy((Policy) null)),
        of("policy", () -> scope.policy((Supplier<Policy>) null)),
        of("timeout", () -> scope.timeout(null)),
        of("deadline", () -> scope.deadline(null)),
        of("grace", () -> scope.grace(null)),
        of("then", () -> scope.grace(Duration.ZERO, null)),
        of("executor", () -> scope.executor((Executor) null)),
        of("executor", () -> scope.executor(null, Ownership.OWNED)),
        of("overflow", () -> scope.maxConcurrent(1, null)),
        of("interrupts", () -> scope.interrupt(null)),
        of("errors", () -> scope.errors(null)),
        of("carriers", () -> scope.carry((ContextCarrier[]) null)),
        of("carriers", () -> scope.carry((ContextCarrier) null)),
        of("key", () -> scope.with(null, 1)),
        of("value", () -> scope.with(Key.of("key"), null)),
        of("listener", () -> scope.listener(null)),
        of("expectedWithin", () -> scope.expectedWithin(null)),
        of("timeout", () -> task.timeout(null)),
        of("interrupts", () -> task.interrupt(null)),
        of("onDiscard", () -> task.onDiscard(null)),
        of("onNeverRun", () -> task.onNeverRun(null)),
        of("expectedWithin", () -> task.expectedWithin(null)),
        of("thread", () -> task.thread(null)),
        of("name", () -> lifecycle.name(null)),
        of("clock", () -> lifecycle.clock(null)),
        of("threads", () -> lifecycle.threads(null)),
        of("failureListener", () -> lifecycle.failureListener(null)),
        of("creationSites", () -> lifecycle.creationSites(null)),
        of("name", () -> Key.of(null)));
  }

  private static Arguments of(String parameter, ThrowingCallable use) {
    return Arguments.of(parameter, use);
  }

  @ParameterizedTest(name = "[{index}] {0}")
  @MethodSource("nulls")
  void aNullIsRefusedByName(String parameter, ThrowingCallable use) {
    assertThatThrownBy(use).isInstanceOf(NullPointerException.class).hasMessage(parameter);
  }

  @Test
  void optionsAreNotChangedByTheirWithers() {
    ScopeOptions changed = scope.maxConcurrent(3).grace(Duration.ofSeconds(1)).helpOnJoin(false);
    assertThat(scope.maxConcurrent()).isZero();
    assertThat(scope.grace()).isEqualTo(Duration.ofSeconds(5));
    assertThat(scope.helpOnJoin()).isTrue();
    assertThat(changed.maxConcurrent()).isEqualTo(3);
    assertThat(changed.grace()).isEqualTo(Duration.ofSeconds(1));
    assertThat(changed.helpOnJoin()).isFalse();
  }

  @Test
  void nullOptionsAndOptionsThatReturnNullAreRefused() {
    try (Lifecycle own = Lifecycle.create(o -> o.clock(new VirtualClock())); Scope open = own.open("good")) {
      Stream<ThrowingCallable> uses = Stream.of(
          () -> Lifecycle.create(null), () -> Lifecycle.create(o -> null),
          () -> Scope.open("bad", null), () -> Scope.open("bad", o -> null),
          () -> Scope.call("bad", o -> null, s -> 1),
          () -> own.open("bad", null), () -> own.open("bad", o -> null),
          () -> open.child("bad", null), () -> open.child("bad", o -> null),
          () -> open.fork("bad", null, () -> 1), () -> open.fork("bad", o -> null, () -> 1));
      assertThat(uses).allSatisfy(use -> assertThatThrownBy(use).isInstanceOf(NullPointerException.class).hasMessageContaining("options"));
      assertThat(own.counts()).containsOnlyKeys("good");
    }
  }
}
