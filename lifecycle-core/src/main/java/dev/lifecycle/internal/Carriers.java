package dev.lifecycle.internal;

import dev.lifecycle.Action;
import dev.lifecycle.FailureReport;
import dev.lifecycle.context.ContextCarrier;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** Captures the values of carriers and installs them around a body. A carrier that throws is reported and skipped; the others go on. */
final class Carriers {
  private Carriers() {}

  /** Reads all carriers of the scope and its ancestors on the current thread; null if there are none. */
  static @Nullable Captured capture(ScopeCore scope) {
    List<ContextCarrier> carriers = new ArrayList<>();
    for (ScopeCore s = scope; s != null; s = s.parent) {
      carriers.addAll(0, s.options.carriers());
    }
    List<ContextCarrier.Captured> captured = new ArrayList<>(carriers.size());
    for (ContextCarrier carrier : carriers) {
      try {
        captured.add(carrier.capture());
      } catch (Throwable t) {
        failed(scope, "capture", t);
      }
    }
    return captured.isEmpty() ? null : new Captured(scope, captured);
  }

  /** Runs a hook or handler with what was captured for it, if anything was. */
  static void run(@Nullable Captured captured, Action body) throws Exception {
    if (captured == null) {
      body.run();
      return;
    }
    captured.<@Nullable Void>call(
        () -> {
          body.run();
          return null;
        });
  }

  private static void failed(ScopeCore scope, String step, Throwable t) {
    scope.report(FailureReport.Kind.CALLBACK_FAILED, "a context carrier failed to " + step, null, t);
  }

  /** Values that were read. */
  static final class Captured {
    private final ScopeCore scope;
    private final List<ContextCarrier.Captured> values;

    Captured(ScopeCore scope, List<ContextCarrier.Captured> values) {
      this.scope = scope;
      this.values = values;
    }

    <T extends @Nullable Object> T call(Callable<? extends T> body) throws Exception {
      List<ContextCarrier.Installed> installed = new ArrayList<>(values.size());
      try {
        for (ContextCarrier.Captured value : values) {
          install(value, installed);
        }
        return body.call();
      } finally {
        for (int i = installed.size() - 1; i >= 0; i--) {
          restore(installed.get(i));
        }
      }
    }

    private void install(ContextCarrier.Captured value, List<ContextCarrier.Installed> installed) {
      try {
        installed.add(value.install());
      } catch (Throwable t) {
        failed(scope, "install", t);
      }
    }

    private void restore(ContextCarrier.Installed value) {
      try {
        value.restore();
      } catch (Throwable t) {
        failed(scope, "restore", t);
      }
    }
  }
}
