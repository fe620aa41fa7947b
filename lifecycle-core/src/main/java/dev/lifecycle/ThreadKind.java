package dev.lifecycle;

/** The kind of thread that a task wants. */
public enum ThreadKind {
  /** A virtual thread where the JDK has them (21 and later), else a pooled daemon thread; the default. */
  VIRTUAL,
  /** A platform daemon thread: for long computations and for code that pins. */
  PLATFORM
}
