package dev.lifecycle;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a {@link FailureListener} is told. Immutable; not for implementing. {@code toString} is one line, fit for a log. */
public interface FailureReport {
  /** What happened. */
  Kind kind();

  /** What happened, in words. */
  String message();

  /** The purpose of the task, else of the scope. */
  String purpose();

  /** The id of the task, 0 if the report is about no single task. */
  long taskId();

  /** The path of the scope, from its root: {@code s-4 orders/orders.import}. */
  String scope();

  /** What was thrown, if anything was. */
  @Nullable Throwable failure();

  /** The live stack of the task that is stuck, or of the thread that holds a lease; else empty. */
  List<StackTraceElement> stack();

  /** The kinds of report. More may be added: give a {@code switch} a default. */
  enum Kind {
    /** A task failed and nobody has seen its failure. */
    TASK_FAILED,
    /** A service has failed for good: it is never started again. */
    SERVICE_FAILED,
    /** A task that was orphaned ended, with a value or a failure that nobody takes. */
    LATE_RESULT,
    /** A task still runs though its grace is over. */
    TASK_STUCK,
    /** A cancel hook, or a hook of a resource such as one that destroys an object, threw. */
    HOOK_FAILED,
    /** A hook of a resource takes so long that something waits for it. */
    HOOK_SLOW,
    /** Deferred cleanup or a discard handler threw, where no caller could be told. */
    CLEANUP_FAILED,
    /** A listener, policy or carrier threw. */
    CALLBACK_FAILED,
    /** A shielded body ran past its bound. */
    SHIELD_OVERRUN,
    /** An {@code AutoCloseable} result was discarded and there was no handler to close it. */
    VALUE_DISCARDED,
    /** A scope became unreachable and was never closed. */
    SCOPE_LEAKED,
    /** The thread that took a lease has ended and the lease is open. */
    LEASE_LEAKED,
    /** A lease is held for longer than is expected. */
    LEASE_OVERDUE,
    /** A lease was open when its owner ended; its holder can no longer use it. */
    LEASE_REVOKED
  }
}
