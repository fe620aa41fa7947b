package dev.lifecycle.concurrent;

import dev.lifecycle.LifecycleException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Failures that go along with the one that is thrown: each once, the first {@value #MAX} of them plus a count. For one thread. */
final class Others {
  private static final int MAX = 32;

  private final List<Throwable> kept = new ArrayList<>(0);
  private int more;

  void add(Throwable failure) {
    if (kept.size() < MAX) {
      kept.add(failure);
    } else {
      more++;
    }
  }

  /** Suppresses them on an exception that may be somebody else's; false if it does not take them all, being full or without suppression. */
  boolean suppressOn(Throwable thrown) {
    for (Throwable other : kept) {
      if (other != thrown && !isOn(thrown, other)) {
        if (thrown.getSuppressed().length >= MAX) {
          return false; // one that is thrown again and again must not grow
        }
        thrown.addSuppressed(other);
        if (!isOn(thrown, other)) {
          return false;
        }
      }
    }
    if (more > 0 && thrown.getSuppressed().length <= MAX) {
      thrown.addSuppressed(new LifecycleException("and " + more + " more failures", null));
    }
    return true;
  }

  /** As {@link #suppressOn}; what is not taken is told, since it must not be lost. */
  void suppressOnOrTell(Throwable thrown) {
    if (!suppressOn(thrown)) {
      kept.removeIf(other -> isOn(thrown, other));
      tell();
    }
  }

  /** Tells them as uncaught exceptions of this thread: there is nothing that could carry them. */
  void tell() {
    Thread self = Thread.currentThread();
    for (Throwable other : kept) {
      try {
        self.getUncaughtExceptionHandler().uncaughtException(self, other);
      } catch (Throwable ofHandler) {
        // ignored, as the JVM does: whoever hears of what was not caught is the last resort
      }
    }
  }

  private static boolean isOn(Throwable thrown, Throwable other) {
    return Arrays.stream(thrown.getSuppressed()).anyMatch(s -> s == other);
  }
}
