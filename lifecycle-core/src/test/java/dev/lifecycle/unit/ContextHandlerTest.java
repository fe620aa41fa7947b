package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.Context;
import dev.lifecycle.Key;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.Scope;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A thread made for one task finds it through its uncaught handler, which a body may replace. */
@Timeout(20)
class ContextHandlerTest {
  private static final Key<String> KEY = Key.of("key");
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final Lifecycle lifecycle = Lifecycle.create(o -> o.name("handler").maxPurposes(2));

  @AfterEach
  void close() {
    lifecycle.close();
  }

  private static void replaceHandler() {
    Thread.currentThread().setUncaughtExceptionHandler((thread, failure) -> {});
  }

  private static String value() {
    return Context.current().get(KEY).orElse("lost");
  }

  @Test
  void aBodyThatReplacedItsUncaughtHandlerKeepsItsContext() throws Exception {
    try (Scope scope = lifecycle.open("scope", o -> o.with(KEY, "value"))) {
      assertThat(scope.fork("task", () -> {
        replaceHandler();
        return value() + value();
      }).get()).isEqualTo("valuevalue");
    }
  }

  @Test
  void aBodyThatReplacedItsUncaughtHandlerCanStillNestCalls() throws Exception {
    try (Scope scope = lifecycle.open("scope", o -> o.with(KEY, "outer"))) {
      assertThat(scope.fork("task", () -> {
        replaceHandler();
        String inside = Scope.call("scope", o -> o.timeout(MINUTE).with(KEY, "inner"), inner -> value());
        return inside + ' ' + value();
      }).get()).isEqualTo("inner outer");
    }
  }

  @Test
  void aHandlerReplacedInsideACallLeavesNoContextOfTheEndedCall() throws Exception {
    try (Scope scope = lifecycle.open("scope", o -> o.with(KEY, "outer"))) {
      assertThat(scope.fork("task", () -> {
        String inside = Scope.call("scope", o -> o.timeout(MINUTE).with(KEY, "inner"), inner -> {
          replaceHandler();
          return value();
        });
        try (Scope after = Scope.open("scope")) {
          return inside + ' ' + value() + ' ' + after.info().path();
        }
      }).get()).isEqualTo("inner outer scope/scope");
    }
  }

  @Test
  void aHandlerThatWasReplacedAndPutBackChangesNothing() throws Exception {
    try (Scope scope = lifecycle.open("scope", o -> o.with(KEY, "outer"))) {
      assertThat(scope.fork("task", () -> {
        Thread.UncaughtExceptionHandler before = Thread.currentThread().getUncaughtExceptionHandler();
        replaceHandler();
        String during = value();
        Thread.currentThread().setUncaughtExceptionHandler(before);
        return during + ' ' + Scope.call("scope", o -> o.with(KEY, "inner"), inner -> value()) + ' ' + value();
      }).get()).isEqualTo("outer inner outer");
    }
  }

  @Test
  void aReplacedHandlerLosesNoContextWhenThePurposeIsPastTheBound() throws Exception {
    try (Scope scope = lifecycle.open("scope", o -> o.with(KEY, "value"))) {
      scope.fork("second", () -> "fills the bound").get();
      assertThat(scope.fork("third", () -> {
        replaceHandler();
        return value();
      }).get()).isEqualTo("value");
    }
  }

  @Test
  void aThreadOfSomebodyElseWithAHandlerIsOutside() throws Exception {
    String[] seen = new String[1];
    Thread thread = new Thread(() -> seen[0] = Context.current() == Context.none() ? "none" : "some");
    thread.setUncaughtExceptionHandler((t, failure) -> {});
    thread.start();
    thread.join();
    assertThat(seen[0]).isEqualTo("none");
  }
}
