package dev.lifecycle.internal;

import dev.lifecycle.FailureReport;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;

/**
 * Watches the handle of an open scope: if it becomes unreachable before the scope is closed, nobody can close it any more. The registry holds the scope's
 * state, never the handle; the state holds this reference. One daemon of the process waits on the queue.
 */
final class LeakWatch extends WeakReference<ScopeHandle> {
  private static final ReferenceQueue<ScopeHandle> QUEUE = new ReferenceQueue<>();
  private static volatile boolean started; // written under QUEUE

  private final ScopeCore scope;

  private LeakWatch(ScopeHandle handle) {
    super(handle, QUEUE);
    this.scope = handle.core;
  }

  static LeakWatch of(ScopeHandle handle) {
    start();
    return new LeakWatch(handle);
  }

  private static void start() {
    if (started) {
      return;
    }
    synchronized (QUEUE) {
      if (!started) {
        Workers.daemon(LeakWatch::loop, "lifecycle-housekeeper").start();
        started = true; // after the start: if no thread could be had, the next opener tries again
      }
    }
  }

  private static void loop() {
    for (;;) {
      try {
        ((LeakWatch) QUEUE.remove()).lost();
      } catch (InterruptedException e) {
        // nobody has business interrupting this thread: go on
      } catch (Throwable t) {
        Reports.internal("the housekeeper failed to report a leak", t);
      }
    }
  }

  private void lost() {
    long w = scope.word();
    if (!ScopeState.is(w, ScopeState.CLOSING | ScopeState.CLOSED)) {
      scope.lifecycle.reports.tell(
          scope,
          FailureReport.Kind.SCOPE_LEAKED,
          "scope was never closed and its handle is unreachable; " + ScopeState.live(w) + " tasks live",
          null,
          null,
          scope.extras().site);
    }
  }
}
