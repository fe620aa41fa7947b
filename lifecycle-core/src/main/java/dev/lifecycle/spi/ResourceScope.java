package dev.lifecycle.spi;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The private scope of one resource, such as a pool or a cache: where its creations, loads, checks and closes run. Made with the resource by
 * {@code Scope.own(kind, name, maker)}.
 *
 * <p>It is a child of the owner in the tree, and yet no business of the owner's: its work does not count in the owner's {@code join}, policy, limit or drain,
 * runs on the library's own threads whatever executor the owner has, and is admitted until the resource has closed it. The owner's cancel reaches work that
 * was {@link #start started}, never what {@link #dispose disposes}. When the owner ends it closes the resource, as deferred cleanup, and the resource closes
 * this.
 *
 * <p>Thread-safe; no method blocks but {@link #close}.
 */
public interface ResourceScope {
  /** The name of the resource. */
  String name();

  /** The path of the owner, for people: {@code s-4 orders}. */
  String owner();

  /** The clocks and alarms. */
  Housekeeping housekeeping();

  /** The grace of the owner: how long a close waits for what is still in use. */
  Duration grace();

  /**
   * Starts work of the purpose {@code <name>.<what>}. It is cancelled with the owner, by {@link #cancelWork} and by {@link #close}. What cannot be started
   * is told to the work: throws for null only.
   *
   * @param what one word, as {@code create}, at most {@value #MAX_WORD} characters of a purpose
   */
  void start(String what, Work work);

  /**
   * Ends something, on a thread of its own, as a task of the purpose {@code <name>.close}. Never refused and never interrupted, also after the close: what has to
   * be ended is ended. What it throws is reported.
   */
  void dispose(Runnable end);

  /** Cancels what was started and has not ended; what is started later is not affected. */
  void cancelWork(String message);

  /** Whether the owner was cancelled or has ended, so that work which is started now never runs. */
  boolean isOwnerCancelled();

  /**
   * Who holds something, as far as can be found out now; in the order of the threads. It looks at every live task where a thread does not know its own, so it is
   * for reports. A task that was forked after the thread began to hold is not named: a pooled thread may have gone on to it.
   *
   * @param since for each thread a coarse time at which it held already
   */
  List<Holder> holders(List<Thread> threads, long... since);

  /**
   * Tells the owner's listener, else the lifecycle's, else the log, on this thread. Must not be called on a hot path, nor by an {@link Alarm}.
   *
   * @param holder the thread that is concerned, whose task and, if it lives, stack are added; null if none is
   * @param since as in {@link #holders}; ignored without a holder
   * @param failure what was thrown, if anything was
   */
  void report(ResourceEvent event, String message, @Nullable Thread holder, long since, @Nullable Throwable failure);

  /**
   * Ends the private scope and lets the owner forget the resource. Work that was started is cancelled; waits for all work and disposals at most the owner's grace
   * from now, then reports what still runs and leaves it to itself. Idempotent. Keeps the interrupt flag, and does not wait with it set.
   */
  void close();

  /** The longest word for {@link #start}. */
  int MAX_WORD = 6;

  /** The longest name of a resource: its work is named after it. */
  int MAX_NAME = 57;
}
