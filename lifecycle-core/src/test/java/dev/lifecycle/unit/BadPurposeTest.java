package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Scope;
import dev.lifecycle.junit.VirtualClock;
import dev.lifecycle.spi.ResourceKind;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Purposes are short lower-case words; all else is refused with the parameter and the value, and leaves nothing behind. */
@Timeout(20)
class BadPurposeTest {
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.clock(new VirtualClock()));

  @AfterEach
  void end() {
    lifecycle.close();
  }

  private static void assertRefused(String purpose, ThrowingCallable use) {
    assertThatThrownBy(use).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("purpose").hasMessageContaining('"' + purpose + '"');
  }

  @ParameterizedTest
  @ValueSource(strings = {
      "", " ", "\t", "Upper", "lowerUpper", "1digit", ".dot", "-dash", "_score", "two words", "tail ", "slash/ed",
      "ümlaut", "naïve", "a\nb", "q\"q"})
  void aMalformedPurposeIsRefusedEverywhere(String purpose) {
    try (Scope scope = lifecycle.open("good")) {
      assertRefused(purpose, () -> Scope.open(purpose));
      assertRefused(purpose, () -> Scope.open(purpose, o -> o));
      assertRefused(purpose, () -> Scope.call(purpose, Duration.ofSeconds(1), s -> 1));
      assertRefused(purpose, () -> Scope.call(purpose, o -> o, s -> 1));
      assertRefused(purpose, () -> lifecycle.open(purpose));
      assertRefused(purpose, () -> lifecycle.call(purpose, Duration.ofSeconds(1), s -> 1));
      assertRefused(purpose, () -> scope.child(purpose, o -> o));
      assertRefused(purpose, () -> scope.fork(purpose, () -> 1));
      assertRefused(purpose, () -> scope.fork(purpose, o -> o, () -> 1));
      assertRefused(purpose, () -> scope.start(purpose, () -> {}));
      assertRefused(purpose, () -> scope.adopt(purpose, new CompletableFuture<>()));
      assertRefused(purpose, () -> scope.asExecutor(purpose));
      assertRefused(purpose, () -> scope.completions().fork(purpose, () -> 1));
      assertThat(scope.info().live()).isZero();
      assertThat(lifecycle.counts()).containsOnlyKeys("good");
    }
  }

  @Test
  void aPurposeOfSixtyFourCharactersIsTakenAndOneOfSixtyFiveIsRefused() {
    String longest = "a".repeat(64);
    lifecycle.open(longest).close();
    assertThat(lifecycle.counts()).containsKey(longest);
    assertThatThrownBy(() -> lifecycle.open(longest + 'b'))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("purpose")
        .hasMessageContaining(longest);
  }

  @Test
  void aHugePurposeIsNotRepeatedWhole() {
    assertThatThrownBy(() -> lifecycle.open("x".repeat(1_000_000))).satisfies(t -> assertThat(t.getMessage()).hasSizeLessThan(300));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "a1", "a.b", "a-b", "a_b", "checkout.load-user_2"})
  void aGoodPurposeIsTaken(String purpose) {
    try (Scope scope = lifecycle.open(purpose)) {
      assertThat(scope.info().purpose()).isEqualTo(purpose);
      assertThat(scope.fork(purpose, () -> 1).purpose()).isEqualTo(purpose);
    }
  }

  @Test
  void aNullPurposeIsRefusedByName() {
    try (Scope scope = lifecycle.open("good")) {
      assertThatThrownBy(() -> Scope.open(null)).isInstanceOf(NullPointerException.class).hasMessage("purpose");
      assertThatThrownBy(() -> lifecycle.open(null)).isInstanceOf(NullPointerException.class).hasMessage("purpose");
      assertThatThrownBy(() -> scope.child(null, o -> o)).isInstanceOf(NullPointerException.class).hasMessage("purpose");
      assertThatThrownBy(() -> scope.fork(null, () -> 1)).isInstanceOf(NullPointerException.class).hasMessage("purpose");
      assertThatThrownBy(() -> scope.start(null, () -> {})).isInstanceOf(NullPointerException.class).hasMessage("purpose");
      assertThatThrownBy(() -> scope.adopt(null, new CompletableFuture<>())).isInstanceOf(NullPointerException.class).hasMessage("purpose");
      assertThatThrownBy(() -> scope.asExecutor(null)).isInstanceOf(NullPointerException.class).hasMessage("purpose");
      assertThat(scope.info().live()).isZero();
    }
  }

  @Test
  void aCompletionWithABadPurposeIsNotWaitedFor() throws Exception {
    try (Scope scope = lifecycle.open("good")) {
      var completions = scope.<Integer>completions();
      assertThatThrownBy(() -> completions.fork("Bad", () -> 1)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> completions.fork(null, () -> 1)).isInstanceOf(NullPointerException.class);
      assertThat(completions.next()).isNull();
    }
  }

  @Test
  void theNameOfAnOwnedResourceFollowsTheRuleOfPurposes() {
    AutoCloseable resource = () -> {};
    try (Scope scope = lifecycle.open("good")) {
      assertThatThrownBy(() -> scope.own(resource, ResourceKind.of("socket"), "Bad Name"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("name")
          .hasMessageContaining("Bad Name");
      assertThatThrownBy(() -> scope.own(resource, ResourceKind.of("socket"), null)).isInstanceOf(NullPointerException.class).hasMessage("name");
    }
  }

  @Test
  void purposesPastTheBoundAreCountedAsOtherAndKeepTheirName() {
    try (Lifecycle small = Lifecycle.create(o -> o.maxPurposes(2)); Scope scope = small.open("good")) {
      scope.fork("second", () -> 1);
      assertThat(scope.fork("third", () -> 1).purpose()).isEqualTo("third");
      scope.fork("fourth", () -> 1);
      assertThat(small.counts()).containsOnlyKeys("good", "second", "other");
      assertThat(small.counts().get("other").forked()).isEqualTo(2);
    }
  }
}
