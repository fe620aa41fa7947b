package dev.lifecycle.internal;

import java.util.concurrent.atomic.AtomicLong;

/** Ids of scopes and tasks: unique in this JVM, never reused, in order of creation. */
final class Ids {
  private static final AtomicLong LAST = new AtomicLong();

  private Ids() {}

  static long next() {
    return LAST.incrementAndGet();
  }
}
