package dev.lifecycle;

/**
 * Is told what nobody else was told: failures that no caller has seen, hooks and cleanup that threw, tasks that ignore their cancel.
 *
 * <p>Called on the thread that noticed, often one of the library's: be quick, do not block. What it throws is counted and logged. It may be called
 * by several threads at once.
 */
@FunctionalInterface
public interface FailureListener {
  /** Takes one report. */
  void onFailure(FailureReport report);
}
