package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.Context;
import dev.lifecycle.Key;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.Scope;
import dev.lifecycle.ScopeCancelledException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class AmbientScopeTest {
  private static final Key<String> KEY = Key.of("key");
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final Lifecycle lifecycle = Lifecycle.create(o -> o.name("ambient"));

  @AfterEach
  void close() {
    lifecycle.close();
  }

  private static String parentOfNewScope() {
    try (Scope inner = Scope.open("inner")) {
      return String.valueOf(inner.info().parent());
    }
  }

  @Test
  void aScopeOpenedInATaskIsAChildOfThatTasksScope() throws Exception {
    try (Scope scope = lifecycle.open("outer")) {
      assertThat(scope.fork("task", AmbientScopeTest::parentOfNewScope).get()).isEqualTo(scope.info().id());
    }
  }

  @Test
  void aScopeOpenedInACallBodyIsAChildOfTheCall() throws Exception {
    lifecycle.call("outer", MINUTE, scope -> assertThat(parentOfNewScope()).isEqualTo(scope.info().id()));
  }

  @Test
  void nestedCallsNestInTheTree() throws Exception {
    String path = lifecycle.call("outer", MINUTE, a -> Scope.call("middle", MINUTE, b -> Scope.call("inner", MINUTE, c -> c.info().path())));

    assertThat(path).isEqualTo("outer/middle/inner");
  }

  @Test
  void aCallInATaskIsAChildOfThatTasksScope() throws Exception {
    try (Scope scope = lifecycle.open("outer")) {
      assertThat(scope.fork("task", () -> Scope.call("inner", MINUTE, c -> c.info().path())).get()).isEqualTo("outer/inner");
    }
  }

  @Test
  void whenACallEndsTheEnclosingOneIsCurrentAgainAlsoAfterAnException() throws Exception {
    lifecycle.call("outer", MINUTE, outer -> {
      assertThatThrownBy(() -> Scope.call("inner", MINUTE, inner -> {
        throw new IllegalArgumentException("inner");
      })).hasMessage("inner");
      assertThat(parentOfNewScope()).isEqualTo(outer.info().id());
      return null;
    });
    assertThat(Context.current()).isSameAs(Context.none());
  }

  @Test
  void theBodyOfATryWithResourcesScopeIsNotInsideIt() {
    try (Scope scope = lifecycle.open("lexical", o -> o.with(KEY, "value"))) {
      assertThat(Context.current()).isSameAs(Context.none());
      assertThat(Context.current().get(KEY)).isEmpty();
      assertThat(parentOfNewScope()).isEqualTo("null");
    }
  }

  @Test
  void theBodyOfATryWithResourcesScopeInATaskIsStillInThatTask() throws Exception {
    lifecycle.call("outer", MINUTE, outer -> {
      try (Scope lexical = Scope.open("lexical", o -> o.with(KEY, "value"))) {
        assertThat(Context.current().get(KEY)).isEmpty();
        assertThat(parentOfNewScope()).isEqualTo(outer.info().id());
      }
      return null;
    });
  }

  @Test
  void detachedMakesARootThatFollowsNeitherDeadlineNorCancelNorValues() throws Exception {
    Scope detached = lifecycle.call("outer", o -> o.timeout(MINUTE).with(KEY, "value"), outer -> Scope.open("free", o -> o.detached()));
    try (detached) {
      assertThat(detached.info().parent()).isNull();
      assertThat(detached.info().cancelled()).isFalse();
      assertThat(detached.info().deadline().isNone()).isTrue();
      assertThat(detached.context().get(KEY)).isEmpty();
    }
  }

  @Test
  void detachedStaysInTheLifecycleOfTheTask() throws Exception {
    Scope detached = lifecycle.call("outer", MINUTE, outer -> Scope.open("ambient.detached", o -> o.detached()));
    try (detached) {
      assertThat(lifecycle.counts()).containsKey("ambient.detached");
    }
  }

  @Test
  void parentPlacesTheScopeWhereverItIsOpened() throws Exception {
    try (Scope elsewhere = lifecycle.open("elsewhere")) {
      try (Scope outside = lifecycle.open("inner", o -> o.parent(elsewhere))) {
        assertThat(outside.info().parent()).isEqualTo(elsewhere.info().id());
      }
      lifecycle.call("outer", MINUTE, outer -> {
        try (Scope inside = Scope.open("inner", o -> o.parent(elsewhere))) {
          assertThat(inside.info().path()).isEqualTo("elsewhere/inner");
        }
        return null;
      });
    }
  }

  @Test
  void parentAndDetachedExcludeEachOther() {
    try (Scope scope = lifecycle.open("outer")) {
      assertThatThrownBy(() -> lifecycle.open("inner", o -> o.parent(scope).detached())).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> lifecycle.open("inner", o -> o.detached().parent(scope))).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> scope.child("inner", o -> o.detached())).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> scope.child("inner", o -> o.parent(scope))).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void aParentOfAnotherLifecycleIsRefused() {
    try (Scope foreign = Scope.open("foreign")) {
      assertThatThrownBy(() -> lifecycle.open("inner", o -> o.parent(foreign)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("another lifecycle");
    }
  }

  @Test
  void deadlineAndValuesFollowWhatRunsInsideATask() throws Exception {
    try (Scope scope = lifecycle.open("outer", o -> o.timeout(MINUTE).with(KEY, "value"))) {
      scope.start("task", () -> {
        try (Scope inner = Scope.open("inner", o -> o.timeout(Duration.ofHours(1)))) {
          assertThat(inner.info().deadline()).isEqualTo(scope.info().deadline());
          assertThat(inner.fork("deep", () -> Context.current().get(KEY).orElse("none")).get()).isEqualTo("value");
        }
      });
      scope.join();
    }
  }

  @Test
  void aCancelFollowsIntoScopesOpenedInsideATask() throws Exception {
    BlockedBody body = new BlockedBody();
    try (Scope scope = lifecycle.open("outer")) {
      var task = scope.fork("task", () -> {
        try (Scope inner = Scope.open("inner")) {
          var deep = inner.fork("deep", body::call);
          try {
            inner.join();
          } catch (ScopeCancelledException e) {
            return e.reason().origin() + " " + deep.status();
          }
          return "not cancelled";
        }
      });
      body.awaitBegun();
      scope.cancel("enough");
      assertThatThrownBy(scope::join).isInstanceOf(ScopeCancelledException.class);
      assertThat(task.status()).isEqualTo(dev.lifecycle.Task.Status.CANCELLED);
      assertThatThrownBy(task::get).isInstanceOf(ScopeCancelledException.class).isNotInstanceOf(ExecutionException.class);
    }
  }

  @Test
  void aChildOfAClosedScopeIsRefused() {
    Scope scope = lifecycle.open("outer");
    scope.close();
    assertThatThrownBy(() -> scope.child("inner", o -> o)).isInstanceOf(IllegalStateException.class).hasMessageContaining("closed");
    assertThatThrownBy(() -> lifecycle.open("inner", o -> o.parent(scope))).isInstanceOf(IllegalStateException.class);
  }
}
