package dev.lifecycle.internal;

import dev.lifecycle.FailureListener;
import dev.lifecycle.FailureReport;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Where failures go that no caller sees: the scope's listener, else the lifecycle's, else the log. The log is rate-limited per purpose and kind: the first
 * {@value #BURST} of a minute are written, the others counted and the count written with the next.
 */
final class Reports {
  private static final System.Logger LOG = System.getLogger("dev.lifecycle");
  private static final int BURST = 5;
  private static final long WINDOW = TimeUnit.MINUTES.toNanos(1);
  private static final int MAX_LIMITS = 1_024;

  /** Reports that could not be logged. */
  static final LongAdder UNLOGGED = new LongAdder();

  /** Callbacks that threw. */
  final LongAdder callbackFailures = new LongAdder();

  /** Closeable values that were discarded without a handler. */
  final LongAdder discarded = new LongAdder();

  private final LifecycleCore lifecycle;
  private final @Nullable FailureListener listener;
  private final Map<String, Limit> limits = new ConcurrentHashMap<>();
  private final Set<String> discardedOnce = ConcurrentHashMap.newKeySet();

  Reports(LifecycleCore lifecycle, @Nullable FailureListener listener) {
    this.lifecycle = lifecycle;
    this.listener = listener;
  }

  /** For the library's own threads, which have no scope. */
  static void internal(String message, @Nullable Throwable failure) {
    try {
      LOG.log(failure == null ? System.Logger.Level.WARNING : System.Logger.Level.ERROR, message, failure);
    } catch (Throwable t) { // a logger, or the failure's own getMessage: there is nobody left to tell
      UNLOGGED.increment();
    }
  }

  /** What is good to know and no failure. */
  static void say(String message) {
    try {
      LOG.log(System.Logger.Level.INFO, message);
    } catch (Throwable t) {
      UNLOGGED.increment();
    }
  }

  void tell(
      ScopeCore scope,
      FailureReport.Kind kind,
      String message,
      @Nullable TaskNode<?> task,
      @Nullable Throwable failure,
      StackTraceElement @Nullable [] stack) {
    try {
      told(scope, kind, message, task, failure, stack);
    } catch (Throwable t) { // memory has run out: who reports must be able to go on
      UNLOGGED.increment();
    }
  }

  private void told(
      ScopeCore scope,
      FailureReport.Kind kind,
      String message,
      @Nullable TaskNode<?> task,
      @Nullable Throwable failure,
      StackTraceElement @Nullable [] stack) {
    Report report =
        new Report(
            kind,
            message,
            task == null ? scope.purpose.name : task.purpose.name,
            task == null ? 0 : task.id(),
            scope.toString(),
            failure,
            stack == null ? List.of() : List.of(stack));
    FailureListener to = scope.options.listener() == null ? listener : scope.options.listener();
    if (to == null) {
      log(report);
      return;
    }
    try {
      to.onFailure(report);
    } catch (Throwable t) {
      callbackFailures.increment();
      scope.extras().outcome().extra(t);
      internal("a failure listener threw; the report was: " + report, t);
    }
  }

  /** A closeable value without a handler: counted always, told once per purpose. */
  void discarded(TaskNode<?> task) {
    discarded.increment();
    if (discardedOnce.size() < MAX_LIMITS && discardedOnce.add(task.purpose.name)) {
      tell(
          task.scope,
          FailureReport.Kind.VALUE_DISCARDED,
          "an AutoCloseable result came after the cancel and there is no onDiscard to close it; reported once per purpose",
          task,
          null,
          null);
    }
  }

  private void log(Report report) {
    String key = report.kind + " " + report.purpose;
    Limit limit = limits.size() < MAX_LIMITS ? limits.computeIfAbsent(key, k -> new Limit()) : limits.getOrDefault(key, Limit.SHARED);
    long suppressed = limit.pass(lifecycle.clock.nanoTime());
    if (suppressed < 0) {
      return;
    }
    StringBuilder text = new StringBuilder(report.toString());
    if (suppressed > 0) {
      text.append(" (").append(suppressed).append(" like it were not logged)");
    }
    for (StackTraceElement frame : report.stack) {
      text.append("\n    at ").append(frame);
    }
    try {
      LOG.log(report.failure instanceof Error ? System.Logger.Level.ERROR : System.Logger.Level.WARNING, text.toString(), report.failure);
    } catch (Throwable t) { // such as the failure's own getMessage
      internal(text + "; logging its failure threw " + t.getClass().getName(), null);
    }
  }

  /** So many per window; guarded by its monitor. */
  private static final class Limit {
    static final Limit SHARED = new Limit();

    private long since = -WINDOW;
    private int passed;
    private long suppressed;

    /** Returns -1 to suppress, else how many were suppressed before. */
    synchronized long pass(long now) {
      if (now - since >= WINDOW) {
        since = now;
        passed = 0;
      }
      if (passed == BURST) {
        suppressed++;
        return -1;
      }
      passed++;
      long n = suppressed;
      suppressed = 0;
      return n;
    }
  }

  /** The one implementation of {@link FailureReport}. */
  record Report(
      Kind kind, String message, String purpose, long taskId, String scope, @Nullable Throwable failure, List<StackTraceElement> stack)
      implements FailureReport {
    @Override
    public String toString() {
      return kind
          + (taskId == 0 ? "" : " t-" + taskId)
          + " \""
          + purpose
          + "\" in scope "
          + scope
          + ": "
          + message
          + (failure == null ? "" : ": " + failure.getClass().getName());
    }
  }
}
