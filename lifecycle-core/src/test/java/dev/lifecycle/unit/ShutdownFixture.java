package dev.lifecycle.unit;

import dev.lifecycle.RestartPolicy;
import dev.lifecycle.Service;
import dev.lifecycle.ShutdownReport;
import dev.lifecycle.Supervisor;
import dev.lifecycle.SupervisorOptions;
import dev.lifecycle.internal.Timers;
import java.time.Duration;
import java.util.function.UnaryOperator;

/** What the tests of shutdown share: supervisors on a virtual clock, and a shutdown that runs beside the test. */
abstract class ShutdownFixture extends CancelFixture {
  static final Duration DRAIN = Duration.ofSeconds(10);
  static final Duration GRACE = Duration.ofSeconds(3);
  static final Duration SLACK = Duration.ofMillis(250);

  /** A supervisor whose own close does not wait for what a test left behind. */
  final Supervisor open() {
    return open(o -> o);
  }

  final Supervisor open(UnaryOperator<SupervisorOptions> options) {
    return lifecycle.supervisor("app", o -> options.apply(o.drain(Duration.ZERO)));
  }

  /** Starts a task that runs. */
  static Parked start(Supervisor app, String purpose, Parked body) throws InterruptedException {
    app.start(purpose, body::call);
    body.awaitStart();
    return body;
  }

  /** Starts a service that runs. */
  static Service serve(Supervisor app, String purpose, Parked body) throws InterruptedException {
    Service service = app.service(purpose, RestartPolicy.onFailure(), body::call);
    body.awaitStart();
    return service;
  }

  /** Begins a shutdown, and returns when it waits. */
  static Aside<ShutdownReport> shutDown(Supervisor app, Duration drain, Duration grace) {
    return Aside.run(() -> app.shutdown(drain, grace)).awaitWaiting();
  }

  /** Waits until so many things are due some time: what follows an advance lists them on its own threads. */
  final void awaitDue(int nodes) {
    until(() -> Timers.pending(lifecycle) == nodes);
  }

  /** Passes the grace of bodies that ignore it, each in a scope of its own, until they are abandoned. */
  final void passGrace(Duration grace, Parked... bodies) {
    passGrace(grace, bodies.length, bodies);
  }

  /** As above, with so many scopes in which they are. */
  final void passGrace(Duration grace, int scopes, Parked... bodies) {
    for (Parked body : bodies) {
      body.awaitInterrupts(1);
    }
    awaitDue(scopes);
    clock.advance(grace);
    for (Parked body : bodies) {
      body.awaitInterrupts(2);
    }
    awaitDue(scopes);
    clock.advance(Duration.ofMillis(100));
  }
}
