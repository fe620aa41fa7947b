package dev.lifecycle.internal;

import dev.lifecycle.ShutdownReport;
import dev.lifecycle.Supervisor;
import dev.lifecycle.SupervisorOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;

/** Where the static factories of {@link Supervisor} enter the engine. */
public final class Supervisors {
  private Supervisors() {}

  /** See {@link Supervisor#open}. */
  public static Supervisor open(String purpose, SupervisorOptions options) {
    return LifecycleCore.current().supervisor(purpose, options);
  }

  /** Applies what a user gives to the defaults. */
  public static SupervisorOptions apply(UnaryOperator<SupervisorOptions> options) {
    return apply(options, SupervisorOptions.defaults());
  }

  static <O> O apply(UnaryOperator<O> options, O to) {
    Objects.requireNonNull(options, "options");
    return Objects.requireNonNull(options.apply(to), "options returned null");
  }

  /** See {@link Supervisor#shutdownAll}: each step for all, before the next one for any. */
  public static List<ShutdownReport> shutdownAll(List<? extends Supervisor> supervisors, Duration drain, Duration grace) throws InterruptedException {
    Shutdown.check(drain, grace);
    List<Shutdown> all = new ArrayList<>();
    for (Supervisor supervisor : new ArrayList<>(Objects.requireNonNull(supervisors, "supervisors"))) {
      Objects.requireNonNull(supervisor, "supervisors has a null");
      if (!(supervisor instanceof SupervisorHandle handle)) {
        throw new IllegalArgumentException("supervisors has one that is not of this library: " + supervisor.getClass().getName());
      }
      Inside.refuseClose(handle.core, "shutdownAll");
      all.add(handle.supervision.shutdown);
    }
    for (Shutdown one : all) {
      one.drain(drain);
    }
    for (Shutdown one : all) {
      one.awaitDrained();
    }
    for (Shutdown one : all) {
      one.cancel(one.after(grace), one.abandons());
    }
    for (Shutdown one : all) {
      one.awaitEnd();
    }
    List<ShutdownReport> reports = new ArrayList<>();
    for (Shutdown one : all) {
      one.close();
      reports.add(one.report());
    }
    return List.copyOf(reports);
  }
}
