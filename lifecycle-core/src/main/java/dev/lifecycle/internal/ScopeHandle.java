package dev.lifecycle.internal;

import dev.lifecycle.Action;
import dev.lifecycle.CancelReason;
import dev.lifecycle.Completions;
import dev.lifecycle.Context;
import dev.lifecycle.Policy;
import dev.lifecycle.Registration;
import dev.lifecycle.Scope;
import dev.lifecycle.ScopeInfo;
import dev.lifecycle.ScopeOptions;
import dev.lifecycle.Task;
import dev.lifecycle.TaskOptions;
import dev.lifecycle.spi.OwnedResource;
import dev.lifecycle.spi.ResourceKind;
import dev.lifecycle.spi.ResourceScope;
import java.lang.ref.Reference;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What a user holds of a scope. It is apart from the state so that its loss can be noticed (see {@link LeakWatch}); every method keeps it reachable to its
 * end, since otherwise a scope could be reported as lost while its own {@code close} runs.
 */
class ScopeHandle implements Scope {
  final ScopeCore core;

  ScopeHandle(ScopeCore core) {
    this.core = core;
  }

  @Override
  public Scope child(String purpose, UnaryOperator<ScopeOptions> options) {
    try {
      return new ScopeHandle(Opening.child(core, purpose, Scopes.apply(options)));
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  @Override
  public <T extends @Nullable Object> Task<T> fork(String purpose, Callable<? extends T> body) {
    try {
      return Forking.fork(core, purpose, TaskOptions.<T>defaults(), Objects.requireNonNull(body, "body"), 0, null);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  @Override
  public <T extends @Nullable Object> Task<T> fork(String purpose, UnaryOperator<TaskOptions<T>> options, Callable<? extends T> body) {
    Objects.requireNonNull(options, "options");
    try {
      TaskOptions<T> applied = Objects.requireNonNull(options.apply(TaskOptions.defaults()), "options returned null");
      return Forking.fork(core, purpose, applied, Objects.requireNonNull(body, "body"), 0, null);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  @Override
  public Task<@Nullable Void> start(String purpose, Action body) {
    try {
      return Forking.fork(core, purpose, TaskOptions.<@Nullable Void>defaults(), Objects.requireNonNull(body, "body"), TaskNode.EFFECT, null);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  @Override
  public <T extends @Nullable Object> Task<T> adopt(String purpose, CompletionStage<T> stage) {
    try {
      return Adoption.adopt(core, purpose, Objects.requireNonNull(stage, "stage"));
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  @Override
  public <T extends @Nullable Object> Completions<T> completions() {
    return new CompletionQueue<>(this);
  }

  @Override
  public void join() throws InterruptedException {
    try {
      Joining.join(core);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  @Override
  public <X extends Exception> void join(Class<X> expected) throws InterruptedException, X {
    Objects.requireNonNull(expected, "expected");
    try {
      Joining.join(core, expected);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  @Override
  public boolean awaitQuiescence(Duration timeout) throws InterruptedException {
    long nanos = Times.toNanos(Objects.requireNonNull(timeout, "timeout"));
    try {
      Inside.refuseJoin(core, "awaitQuiescence");
      return Waits.untilQuiet(core, Times.after(core.lifecycle.clock.nanoTime(), nanos));
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  @Override
  public boolean drain() {
    try {
      return Draining.drain(core);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  @Override
  public boolean cancel(String message) {
    return cancelFor(message, null);
  }

  @Override
  public boolean cancel(String message, Throwable cause) {
    return cancelFor(message, Objects.requireNonNull(cause, "cause"));
  }

  private boolean cancelFor(String message, @Nullable Throwable cause) {
    Objects.requireNonNull(message, "message");
    try {
      core.applyDeadline();
      return Cancellation.cancel(core, core.reason(CancelReason.Kind.EXPLICIT, message.isBlank() ? "cancelled" : message, cause));
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  @Override
  public Registration onCancel(Action hook) {
    Objects.requireNonNull(hook, "hook");
    try {
      return new Held(HookNode.register(core, null, hook), this);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  @Override
  public <R extends AutoCloseable> R closeOnCancel(R resource) {
    Objects.requireNonNull(resource, "resource");
    try {
      HookNode.register(core, null, resource::close);
      return resource;
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  @Override
  public <R extends AutoCloseable> R defer(R resourceOrLambda) {
    try {
      Closing.defer(core, Objects.requireNonNull(resourceOrLambda, "resource"));
      return resourceOrLambda;
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  @Override
  public <R extends AutoCloseable> R own(R resource, ResourceKind kind, String name) {
    Objects.requireNonNull(kind, "kind");
    Purposes.check("name", Objects.requireNonNull(name, "name"));
    try {
      Objects.requireNonNull(resource, "resource");
      Closing.defer(core, new ScopeExtras.Named(resource, kind, name, core.lifecycle.coarse.nanoTime(), false));
      return resource;
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  @Override
  public <R extends OwnedResource> R own(ResourceKind kind, String name, Function<? super ResourceScope, ? extends R> maker) {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(maker, "maker");
    PrivateScope.check(name);
    try {
      return PrivateScope.own(core, kind, name, maker);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  @Override
  public Context context() {
    return Contexts.of(this);
  }

  @Override
  public ScopeInfo info() {
    try {
      return Info.of(core);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  @Override
  public ExecutorService asExecutor(String purpose) {
    try {
      ScopeOptions own = core.options;
      ScopeOptions view = partOptions(own);
      if (own.executor() != null) {
        view = view.executor(own.executor());
      }
      if (own.maxConcurrent() > 0) {
        view = view.maxConcurrent(own.maxConcurrent(), own.overflow());
      }
      return new ExecutorView(this, Opening.child(core, purpose, view), TaskOptions.defaults());
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /** How a part of a scope runs its tasks: as the scope does, but a failure fails nobody. The executor and the limit are the scope's own affair. */
  static ScopeOptions partOptions(ScopeOptions own) {
    ScopeOptions part = ScopeOptions.defaults().policy(Policy.SUPERVISE).grace(own.grace(), own.afterGrace()).interrupt(own.interrupts()).helpOnJoin(own.helpOnJoin());
    return own.listener() == null ? part : part.listener(own.listener());
  }

  @Override
  public void close() {
    try {
      Closing.close(core);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  @Override
  public String toString() {
    return core.toString();
  }

  /** A registration that keeps the handle reachable while somebody holds it. */
  private record Held(Registration registration, ScopeHandle handle) implements Registration {
    @Override
    public boolean remove() {
      try {
        return registration.remove();
      } finally {
        Reference.reachabilityFence(handle);
      }
    }
  }
}
