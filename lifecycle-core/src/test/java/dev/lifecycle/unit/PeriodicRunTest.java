package dev.lifecycle.unit;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.Context;
import dev.lifecycle.Key;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.Schedule;
import dev.lifecycle.Scope;
import dev.lifecycle.Service;
import dev.lifecycle.Supervisor;
import dev.lifecycle.TaskCounts;
import dev.lifecycle.context.ContextCarrier;
import dev.lifecycle.diagnostics.Snapshot;
import dev.lifecycle.internal.Bodies;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule 56: what a run of a periodic action is. */
@Timeout(20)
class PeriodicRunTest {
  private static final Schedule EACH_SECOND = Schedule.fixedDelay(ofSeconds(1));

  private final WatchedClock clock = new WatchedClock();
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.name("schedules").clock(clock));
  private final ThreadLocal<String> value = ThreadLocal.withInitial(() -> "none");
  private final Supervisor app = lifecycle.supervisor("app", o -> o.scope(s -> s.carry(carrier())));
  private final List<Object> seen = new CopyOnWriteArrayList<>();
  private final ClassLoader before = Thread.currentThread().getContextClassLoader();

  @AfterEach
  void close() {
    Thread.currentThread().setContextClassLoader(before);
    lifecycle.close();
    TaskCounts counts = lifecycle.counts().get("flush");
    assertThat(counts.forked()).isEqualTo(counts.succeeded() + counts.failed() + counts.cancelled() + counts.rejected());
    assertThat(counts.live()).isZero();
  }

  private ContextCarrier carrier() {
    return () -> {
      String captured = value.get();
      return () -> {
        String previous = value.get();
        value.set(captured);
        return () -> value.set(previous);
      };
    };
  }

  private void tick(int runs) {
    Duration at = ofSeconds(runs);
    clock.awaitDue(at);
    clock.advanceTo(at);
    Soon.until(() -> seen.size() == runs);
  }

  @Test
  void eachRunIsATaskOfItsOwnWithAFreshIdAndThePurposeInAScopeOfTheSchedule() {
    app.every("flush", EACH_SECOND, () -> seen.add(Bodies.current().id() + " " + Bodies.current().purpose() + " " + Scope.open("inner").info().path()));
    tick(1);
    tick(2);
    tick(3);
    assertThat(seen).doesNotHaveDuplicates().allSatisfy(task -> assertThat(task).asString().endsWith(" flush app/flush/inner"));
  }

  @Test
  void eachTickIsCountedOnce() throws Exception {
    app.every("flush", EACH_SECOND, () -> {
      seen.add("run");
      if (seen.size() == 2) {
        throw new IllegalStateException("down");
      }
    });
    TaskCounts none = lifecycle.counts().get("flush");
    assertThat(none == null ? 0 : none.forked()).as("a tick that has not come is no task").isZero();
    tick(1);
    tick(2);
    tick(3);
    clock.awaitDue(ofSeconds(4));
    Soon.until(() -> lifecycle.counts().get("flush").live() == 0);
    TaskCounts counts = lifecycle.counts().get("flush");
    assertThat(List.of(counts.forked(), counts.succeeded(), counts.failed(), counts.cancelled(), counts.rejected())).containsExactly(3L, 2L, 1L, 0L, 0L);
  }

  @Test
  void itSeesNoContextOfTheCaller() throws Exception {
    Key<String> key = Key.of("user");
    value.set("caller");
    lifecycle.call("request", o -> o.with(key, "ann").timeout(ofSeconds(60)), scope ->
        app.every("flush", EACH_SECOND, () -> seen.add(value.get() + " " + Context.current().get(key).isPresent() + " " + Context.current().deadline().isNone())));
    tick(1);
    assertThat(seen).containsExactly("none false true");
  }

  @Test
  void itSeesTheCarriedContextOfTheCallerIfAsked() {
    value.set("caller");
    app.every("flush", EACH_SECOND.carryContext(), () -> seen.add(value.get()));
    value.set("later");
    tick(1);
    tick(2);
    assertThat(seen).containsExactly("caller", "caller");
  }

  @Test
  void itHasTheContextClassLoaderOfTheCaller() {
    ClassLoader mine = new URLClassLoader("mine", new URL[0], before);
    Thread.currentThread().setContextClassLoader(mine);
    app.every("flush", EACH_SECOND, () -> seen.add(Thread.currentThread().getContextClassLoader()));
    Thread.currentThread().setContextClassLoader(before);
    tick(1);
    tick(2);
    assertThat(seen).containsExactly(mine, mine);
  }

  @Test
  void aScheduleMadeByATaskOutlivesIt() throws Exception {
    Service service = app.fork("maker", () -> app.every("flush", EACH_SECOND, () -> seen.add("run"))).get();
    app.join();
    tick(1);
    assertThat(service.status()).isEqualTo(Service.Status.RUNNING);
  }

  @Test
  void aScheduleIsReadyWhenItIsSetUpAndHasNoRestarts() throws Exception {
    Service service = app.every("flush", EACH_SECOND, () -> seen.add("run"));
    assertThat(service.awaitReady(ZERO)).isTrue();
    assertThat(service.purpose()).isEqualTo("flush");
    assertThat(service.status()).isEqualTo(Service.Status.RUNNING);
    assertThat(service.awaitEnd(ZERO)).isFalse();
    assertThat(service.isStopping()).isFalse();
    tick(1);
    tick(2);
    assertThat(service.restarts()).isZero();
    assertThat(service.lastFailure()).isNull();
  }

  @Test
  void joinDoesNotWaitForASchedule() throws Exception {
    ParkedBody<String> body = ParkedBody.returning("run");
    app.every("flush", EACH_SECOND.initialDelay(ZERO), body::call);
    body.awaitEntered();
    app.join();
    assertThat(Snapshot.take(lifecycle).tasks()).isEqualTo(1);
    body.release();
  }
}
