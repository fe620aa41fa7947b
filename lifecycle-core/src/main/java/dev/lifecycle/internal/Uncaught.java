package dev.lifecycle.internal;

/** Hands a throwable to the current thread's uncaught-exception handler, passing over our own. */
final class Uncaught {
  private Uncaught() {}

  /** Makes sure that the class is there. */
  static void load() {}

  static void tell(Throwable failure) {
    Thread thread = Thread.currentThread();
    try {
      thread.getUncaughtExceptionHandler().uncaughtException(thread, failure);
    } catch (Throwable t) { // the JVM ignores what a handler throws, and so must we
      Reports.internal("an uncaught-exception handler failed", t);
    }
  }

  static void forward(Thread thread, Throwable failure) {
    Thread.UncaughtExceptionHandler handler = Thread.getDefaultUncaughtExceptionHandler();
    if (handler != null) {
      handler.uncaughtException(thread, failure);
    } else {
      Reports.internal("uncaught exception in " + thread.getName(), failure);
    }
  }
}
