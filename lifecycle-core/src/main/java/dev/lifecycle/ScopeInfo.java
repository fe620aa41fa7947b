package dev.lifecycle;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The facts about a scope at the moment of asking. Immutable; not for implementing. */
public interface ScopeInfo {
  /** The id, such as {@code s-4}. */
  String id();

  /** What the scope is for. */
  String purpose();

  /** The purposes from the root to this scope, joined by {@code /}. */
  String path();

  /** The id of the parent, or null for a root. */
  @Nullable String parent();

  /** Time since the scope was opened, in steps of a few milliseconds. */
  Duration age();

  /** The effective deadline. */
  Deadline deadline();

  /** Tasks that have been admitted and have not ended, orphans included. */
  int live();

  /** Of those, the orphans. */
  int orphaned();

  /** Whether the scope has been cancelled. */
  boolean cancelled();

  /** Whether the scope admits no work from outside. */
  boolean draining();

  /** Whether {@code close} has finished. */
  boolean closed();

  /** The winning reason, or null if not cancelled. */
  @Nullable CancelReason cancelReason();

  /** Cancels that came after the winning one, oldest first, at most 16. */
  List<CancelReason> alsoCancelledBy();
}
