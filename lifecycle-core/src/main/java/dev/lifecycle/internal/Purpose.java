package dev.lifecycle.internal;

import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/** An interned purpose: its name, its counts, and the factory of the virtual threads that carry its name. */
final class Purpose {
  final String name;
  final Counts counts;
  final @Nullable ThreadFactory threads;

  Purpose(String name, Counts counts) {
    this.name = name;
    this.counts = counts;
    this.threads = VirtualThreads.factory(name);
  }

  @Override
  public String toString() {
    return name;
  }
}
