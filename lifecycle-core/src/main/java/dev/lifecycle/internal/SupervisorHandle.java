package dev.lifecycle.internal;

import dev.lifecycle.Action;
import dev.lifecycle.ExecutorOptions;
import dev.lifecycle.Overflow;
import dev.lifecycle.RestartPolicy;
import dev.lifecycle.Schedule;
import dev.lifecycle.ScopeOptions;
import dev.lifecycle.Service;
import dev.lifecycle.ServiceOptions;
import dev.lifecycle.ShutdownReport;
import dev.lifecycle.Supervisor;
import dev.lifecycle.SupervisorOptions;
import dev.lifecycle.TaskOptions;
import java.lang.ref.Reference;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What a user holds of a supervisor. Services, views and the JVM's hook hold it too, so that it is lost only when all of them are. */
final class SupervisorHandle extends ScopeHandle implements Supervisor {
  final Supervision supervision;

  SupervisorHandle(ScopeCore core, Supervision supervision) {
    super(core);
    this.supervision = supervision;
    core.extras().endListener = supervision;
    if (supervision.options.isClosedOnJvmShutdown()) {
      supervision.shutdown.install(new JvmHook(this));
    }
  }

  @Override
  public Service service(String purpose, RestartPolicy restart, Action body) {
    Objects.requireNonNull(restart, "restart");
    Objects.requireNonNull(body, "body");
    return service(purpose, ServiceOptions.defaults().restart(restart), self -> body.run());
  }

  @Override
  public Service service(String purpose, UnaryOperator<ServiceOptions> options, Service.Body body) {
    return service(purpose, Supervisors.apply(options, ServiceOptions.defaults()), Objects.requireNonNull(body, "body"));
  }

  private Service service(String purpose, ServiceOptions options, Service.Body body) {
    try {
      return new HeldService(supervision.service(purpose, options, body), this);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  @Override
  public Service supervisor(String purpose, RestartPolicy restart, UnaryOperator<SupervisorOptions> options, Setup setup) {
    Objects.requireNonNull(restart, "restart");
    Objects.requireNonNull(setup, "setup");
    SupervisorOptions nested = Supervisors.apply(options, Nested.defaults());
    if (nested.scope().parent() != null) {
      throw new IllegalArgumentException("options of a nested supervisor must not name a parent: \"" + purpose + '"');
    }
    return service(purpose, Nested.asService(restart), new Nested(purpose, nested, setup));
  }

  @Override
  public Service every(String purpose, Schedule schedule, Action body) {
    Objects.requireNonNull(schedule, "schedule");
    Objects.requireNonNull(body, "body");
    try {
      return new HeldService(supervision.every(purpose, schedule, body), this);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  @Override
  public ExecutorService supervise(String purpose, ExecutorService pool) {
    return supervise(purpose, pool, UnaryOperator.identity());
  }

  @Override
  public ExecutorService supervise(String purpose, ExecutorService pool, UnaryOperator<ExecutorOptions> options) {
    ExecutorOptions applied = Supervisors.apply(options, ExecutorOptions.defaults());
    return new ExecutorView(this, part(purpose, Objects.requireNonNull(pool, "pool"), applied), tasks(applied));
  }

  @Override
  public ScheduledExecutorService supervise(String purpose, ScheduledExecutorService pool) {
    return supervise(purpose, pool, UnaryOperator.identity());
  }

  @Override
  public ScheduledExecutorService supervise(String purpose, ScheduledExecutorService pool, UnaryOperator<ExecutorOptions> options) {
    ExecutorOptions applied = Supervisors.apply(options, ExecutorOptions.defaults());
    if (applied.maxConcurrent() > 0) {
      throw new IllegalArgumentException("options of a scheduled executor must not limit its concurrency, which its pool does: maxConcurrent " + applied.maxConcurrent());
    }
    return new ScheduledView(this, part(purpose, Objects.requireNonNull(pool, "pool"), applied), tasks(applied));
  }

  @Override
  public ExecutorService executor(String purpose, int maxConcurrent, Overflow overflow) {
    return executor(purpose, maxConcurrent, overflow, UnaryOperator.identity());
  }

  @Override
  public ExecutorService executor(String purpose, int maxConcurrent, Overflow overflow, UnaryOperator<ExecutorOptions> options) {
    ExecutorOptions applied = Supervisors.apply(options, ExecutorOptions.defaults()).maxConcurrent(maxConcurrent, overflow);
    return new ExecutorView(this, part(purpose, null, applied), tasks(applied));
  }

  private ScopeCore part(String purpose, @Nullable ExecutorService pool, ExecutorOptions options) {
    ScopeOptions part = supervision.partOptions();
    if (pool != null) {
      part = part.executor(pool, options.ownership());
    }
    if (options.maxConcurrent() > 0) {
      part = part.maxConcurrent(options.maxConcurrent(), options.overflow());
    }
    if (options.interrupts() != null) {
      part = part.interrupt(options.interrupts());
    }
    try {
      return Opening.part(core, purpose, part);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  private static TaskOptions<?> tasks(ExecutorOptions options) {
    TaskOptions<?> tasks = TaskOptions.defaults();
    if (options.timeout() != null) {
      tasks = tasks.timeout(options.timeout());
    }
    return options.expectedWithin() == null ? tasks : tasks.expectedWithin(options.expectedWithin());
  }

  @Override
  public ShutdownReport shutdown(Duration drain, Duration grace) throws InterruptedException {
    Shutdown.check(drain, grace);
    Inside.refuseClose(core, "shutdown");
    Shutdown shutdown = supervision.shutdown;
    try {
      shutdown.drain(drain);
      shutdown.awaitDrained();
      shutdown.cancel(shutdown.after(grace), shutdown.abandons());
      shutdown.awaitEnd();
      shutdown.close();
      return shutdown.report();
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  @Override
  public boolean awaitTermination(Duration timeout) throws InterruptedException {
    long until = Times.after(core.lifecycle.clock.nanoTime(), Times.toNanos(Objects.requireNonNull(timeout, "timeout")));
    Inside.refuseJoin(core, "awaitTermination");
    try {
      return supervision.shutdown.awaitTermination(until);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  @Override
  public void close() {
    Inside.refuseClose(core);
    try {
      Throwable failure = supervision.shutdown.closeUninterruptibly();
      if (failure != null) {
        throw Joining.unchecked(failure);
      }
    } finally {
      Reference.reachabilityFence(this);
    }
  }
}
