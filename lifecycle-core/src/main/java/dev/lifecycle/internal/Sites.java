package dev.lifecycle.internal;

/** Where a fork or an opening was called: the stack without the library's own frames on top. */
final class Sites {
  private static final int MAX_DEPTH = 32;

  private Sites() {}

  static StackTraceElement[] capture() {
    return StackWalker.getInstance()
        .walk(
            frames ->
                frames
                    .dropWhile(f -> f.getClassName().startsWith("dev.lifecycle.internal.") || f.getClassName().equals("dev.lifecycle.Scope"))
                    .limit(MAX_DEPTH)
                    .map(StackWalker.StackFrame::toStackTraceElement)
                    .toArray(StackTraceElement[]::new));
  }
}
