package dev.lifecycle;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Why a scope or a task was cancelled. The first cancel wins and its reason stays; an inherited one keeps the kind and the origin of the scope
 * where it began.
 *
 * <p>Immutable. Not for implementing.
 */
public interface CancelReason {
  /** What kind of event cancelled. */
  Kind kind();

  /** The message of the canceller, or one made by the library; never blank. */
  String message();

  /** The id of the scope in which the cancel began, such as {@code s-4}. */
  String origin();

  /** When the cancel happened, by the wall clock: for people, not for arithmetic. */
  Instant at();

  /** What caused the cancel, such as the failure of a sibling. */
  @Nullable Throwable cause();

  /** The kinds of cancel. More may be added: give a {@code switch} a default. */
  enum Kind {
    /** Somebody called {@code cancel}. */
    EXPLICIT,
    /** A deadline was reached. */
    DEADLINE,
    /** A task of the scope failed and the policy made that fatal. */
    SIBLING_FAILED,
    /** The result is known and the rest is not needed: a policy, a race, a hedge. */
    DECIDED,
    /** The scope was closed while tasks were running, or the body of a call threw. */
    CLOSED,
    /** A supervisor is shutting down. */
    SHUTDOWN,
    /** A supervisor restarts the service. */
    RESTART
  }
}
