package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.Context;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.Scope;
import dev.lifecycle.diagnostics.Snapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class AmbientLifecycleTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  @Test
  void outsideAnyTaskTheStaticFormsUseTheSystemsLifecycle() throws Exception {
    try (Scope scope = Scope.open("ambient.system-open")) {
      assertThat(Snapshot.take().toString()).contains("ambient.system-open");
    }
    Scope.call("ambient.system-call", MINUTE, scope -> assertThat(Snapshot.take(Lifecycle.system()).toString()).contains("ambient.system-call"));
  }

  @Test
  void insideATaskTheStaticFormsUseItsLifecycle() throws Exception {
    try (Lifecycle own = Lifecycle.create(o -> o.name("own"));
        Scope scope = own.open("outer")) {
      scope.start("task", () -> Scope.call("inner", MINUTE, inner -> {
        assertThat(Snapshot.take(own).toString()).contains("inner");
        assertThat(Snapshot.take().toString()).doesNotContain(inner.info().id() + ' ');
        return null;
      }));
      scope.join();
    }
  }

  @Test
  void aLifecyclesOpenIsARootUnlessTheCurrentTaskIsOfThatLifecycle() throws Exception {
    try (Lifecycle one = Lifecycle.create(o -> o.name("one"));
        Lifecycle other = Lifecycle.create(o -> o.name("other"))) {
      one.call("outer", MINUTE, outer -> {
        try (Scope root = other.open("inner")) {
          assertThat(root.info().parent()).isNull();
        }
        try (Scope child = one.open("inner")) {
          assertThat(child.info().parent()).isEqualTo(outer.info().id());
        }
        return null;
      });
    }
  }

  @Test
  void aCallInAnotherLifecycleIsTheCurrentOneWhileItRuns() throws Exception {
    try (Lifecycle one = Lifecycle.create(o -> o.name("one"));
        Lifecycle other = Lifecycle.create(o -> o.name("other"))) {
      one.call("outer", MINUTE, outer -> {
        other.call("foreign", o -> o, foreign -> {
          assertThat(foreign.info().parent()).isNull();
          assertThat(Context.current().deadline().isNone()).isTrue();
          return null;
        });
        assertThat(Context.current().deadline()).isEqualTo(outer.info().deadline());
        return null;
      });
    }
  }

  @Test
  void closingALifecycleEndsAllItsRootsNewestFirst() {
    List<String> order = new ArrayList<>();
    Lifecycle lifecycle = Lifecycle.create(o -> o.name("ending"));
    Scope first = lifecycle.open("first");
    first.defer(() -> order.add("first"));
    Scope second = lifecycle.open("second");
    second.defer(() -> order.add("second"));
    lifecycle.close();

    assertThat(order).containsExactly("second", "first");
    assertThat(first.info().closed()).isTrue();
    assertThat(second.info().closed()).isTrue();
    assertThat(Snapshot.take(lifecycle).scopes()).isZero();
  }

  @Test
  void closingALifecycleCancelsWhatStillRuns() throws Exception {
    BlockedBody body = new BlockedBody();
    Lifecycle lifecycle = Lifecycle.create(o -> o.name("ending"));
    var task = lifecycle.open("root").fork("task", body::call);
    body.awaitBegun();
    lifecycle.close();

    assertThat(task.status()).isEqualTo(dev.lifecycle.Task.Status.CANCELLED);
    assertThat(lifecycle.counts().get("task").live()).isZero();
  }

  @Test
  void aClosedLifecycleOpensNothingAndCloseIsIdempotent() {
    Lifecycle lifecycle = Lifecycle.create(o -> o.name("ended"));
    lifecycle.close();
    lifecycle.close();

    assertThatThrownBy(() -> lifecycle.open("late")).isInstanceOf(IllegalStateException.class).hasMessageContaining("ended");
    assertThatThrownBy(() -> lifecycle.call("late", MINUTE, scope -> "ran")).isInstanceOf(IllegalStateException.class);
    assertThat(Snapshot.take(lifecycle).scopes()).isZero();
  }

  @Test
  void theSystemsLifecycleCannotBeClosed() {
    assertThatThrownBy(() -> Lifecycle.system().close()).isInstanceOf(UnsupportedOperationException.class);
    assertThat(Lifecycle.system().name()).isEqualTo("system");
  }

  @Test
  void closingALifecycleFromInsideOneOfItsTasksIsRefused() throws Exception {
    Lifecycle lifecycle = Lifecycle.create(o -> o.name("own"));
    try (lifecycle; Scope scope = lifecycle.open("root")) {
      scope.start("task", () -> assertThatThrownBy(lifecycle::close).isInstanceOf(IllegalStateException.class));
      scope.join();
      assertThat(scope.info().closed()).isFalse();
      scope.fork("after", () -> "still open").get();
      lifecycle.open("also").close();
    }
  }
}
