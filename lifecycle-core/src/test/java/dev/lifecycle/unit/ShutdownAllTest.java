package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.Scope;
import dev.lifecycle.ShutdownReport;
import dev.lifecycle.Supervisor;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule 58: many supervisors share one deadline; and the close of a lifecycle with supervisors. */
@Timeout(20)
class ShutdownAllTest extends ShutdownFixture {
  private List<Supervisor> three() {
    List<Supervisor> all = new ArrayList<>();
    for (String purpose : List.of("one", "two", "three")) {
      all.add(lifecycle.supervisor(purpose, o -> o.drain(Duration.ZERO)));
    }
    return all;
  }

  @Test
  void allDrainSideBySideAndShareOneDeadline() throws Exception {
    List<Supervisor> all = three();
    List<Parked> bodies = new ArrayList<>();
    for (Supervisor app : all) {
      bodies.add(start(app, "app.stuck", stubborn()));
    }
    Aside<List<ShutdownReport>> shutdown = Aside.run(() -> Supervisor.shutdownAll(all, DRAIN, GRACE)).awaitWaiting();
    for (Supervisor app : all) {
      assertThatThrownBy(() -> app.start("app.late", () -> {})).isInstanceOf(RejectedExecutionException.class);
    }
    until(() -> clock.sleepers() == 1);
    clock.advance(DRAIN);
    passGrace(GRACE, bodies.toArray(Parked[]::new));
    assertThat(shutdown.get()).extracting(ShutdownReport::supervisor).containsExactly(all.stream().map(Supervisor::toString).toArray(String[]::new));
    assertThat(shutdown.get()).allSatisfy(report -> assertThat(report.orphans()).hasSize(1));
    assertThat(now()).isLessThanOrEqualTo(DRAIN.plus(GRACE).plus(SLACK));
  }

  @Test
  void oneThatHasDrainedWaitsForTheOthers() throws Exception {
    List<Supervisor> all = three();
    Parked body = start(all.get(1), "app.task", parked());
    Parked service = parked();
    serve(all.get(2), "app.poller", service);
    Aside<List<ShutdownReport>> shutdown = Aside.run(() -> Supervisor.shutdownAll(all, DRAIN, GRACE)).awaitWaiting();
    assertThat(service.interrupts).as("the drain is not over").hasValue(0);
    clock.advance(Duration.ofSeconds(4));
    body.release();
    assertThat(shutdown.get()).allSatisfy(report -> assertThat(report.isClean()).isTrue());
    assertThat(shutdown.get().get(1).drained()).isEqualTo(1);
    assertThat(now()).isEqualTo(Duration.ofSeconds(4));
  }

  @Test
  void theSameOneTwiceOrNoneIsNoMistake() throws Exception {
    Supervisor app = open();
    List<ShutdownReport> reports = Supervisor.shutdownAll(List.of(app, app), DRAIN, GRACE);
    assertThat(reports.get(0)).isSameAs(reports.get(1));
    assertThat(Supervisor.shutdownAll(List.of(), DRAIN, GRACE)).isEmpty();
  }

  @Test
  void aParentAndItsChildMayBeShutDownTogether() throws Exception {
    Supervisor parent = open();
    Supervisor child = open(o -> o.parent(parent));
    serve(child, "app.poller", parked());
    assertThat(Supervisor.shutdownAll(List.of(parent, child), DRAIN, GRACE)).hasSize(2).allSatisfy(report -> assertThat(report.isClean()).isTrue());
  }

  @Test
  void badArgumentsAreNamedAndNothingHasBegun() {
    Supervisor app = open();
    assertThatNullPointerException().isThrownBy(() -> Supervisor.shutdownAll(null, DRAIN, GRACE)).withMessage("supervisors");
    assertThatNullPointerException().isThrownBy(() -> Supervisor.shutdownAll(Arrays.asList(app, null), DRAIN, GRACE)).withMessageContaining("supervisors");
    assertThatNullPointerException().isThrownBy(() -> Supervisor.shutdownAll(List.of(app), null, GRACE)).withMessage("drain");
    assertThatThrownBy(() -> Supervisor.shutdownAll(List.of(app), DRAIN, GRACE.negated())).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("grace");
    Supervisor foreign = (Supervisor) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {Supervisor.class}, (p, m, a) -> null);
    assertThatThrownBy(() -> Supervisor.shutdownAll(List.of(app, foreign), DRAIN, GRACE)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("supervisors");
    assertThat(app.drain()).as("nothing has begun").isTrue();
  }

  @Test
  void closingTheLifecycleClosesSupervisorsNewestFirstEachWithItsTimes() throws Exception {
    List<String> events = new CopyOnWriteArrayList<>();
    List<Supervisor> all = three();
    for (Supervisor app : all) {
      app.defer(() -> events.add(app.info().purpose()));
    }
    Supervisor last = lifecycle.supervisor("last", o -> o.drain(DRAIN));
    Parked body = start(last, "app.task", parked());
    Scope plain = lifecycle.open("plain");
    plain.defer(() -> events.add("plain"));
    Aside<Throwable> close = Aside.catching(lifecycle::close).awaitWaiting();
    assertThat(events).containsExactly("plain");
    clock.advance(DRAIN);
    body.awaitInterrupts(1);
    assertThat(close.get()).isNull();
    assertThat(events).containsExactly("plain", "three", "two", "one");
  }
}
