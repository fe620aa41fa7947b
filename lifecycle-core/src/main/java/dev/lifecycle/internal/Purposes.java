package dev.lifecycle.internal;

import dev.lifecycle.TaskCounts;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Checks and interns purposes, once per distinct string up to a bound. Past it (somebody puts ids into purposes) a purpose is not kept: it is made anew
 * for each use, shows its real name everywhere, and is counted as {@code other}.
 */
final class Purposes {
  static final String OTHER = "other";

  private static final int MAX_LENGTH = 64;

  private final ConcurrentHashMap<String, Purpose> known = new ConcurrentHashMap<>();
  private final Counts other = new Counts();
  private final AtomicBoolean warned = new AtomicBoolean();
  private final int max;

  Purposes(int max) {
    this.max = max;
  }

  /** The purpose by that name, for a parameter called {@code purpose}. */
  Purpose get(String name) {
    Objects.requireNonNull(name, "purpose");
    Purpose purpose = known.get(name);
    return purpose != null ? purpose : intern(name);
  }

  /** Whether a task may have this purpose: past the bound any name may be one. */
  boolean isKnown(String name) {
    return known.containsKey(name) || warned.get();
  }

  private Purpose intern(String name) {
    check("purpose", name);
    if (known.size() >= max) {
      if (warned.compareAndSet(false, true)) {
        Reports.internal("more than " + max + " purposes: \"" + name + "\" and later ones are counted as \"" + OTHER + "\"; do not put ids into purposes", null);
      }
      return new Purpose(name, other);
    }
    return known.computeIfAbsent(name, n -> new Purpose(n, n.equals(OTHER) ? other : new Counts()));
  }

  /** Refuses a name that does not match {@code [a-z][a-z0-9._-]{0,63}}. */
  static void check(String parameter, String name) {
    boolean good = !name.isEmpty() && name.length() <= MAX_LENGTH && name.charAt(0) >= 'a' && name.charAt(0) <= 'z';
    for (int i = 1; good && i < name.length(); i++) {
      char c = name.charAt(i);
      good = c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '.' || c == '_' || c == '-';
    }
    if (!good) {
      String shown = name.length() <= MAX_LENGTH ? name : name.substring(0, MAX_LENGTH) + "...";
      throw new IllegalArgumentException(parameter + " must match [a-z][a-z0-9._-]{0,63}: \"" + shown + '"');
    }
  }

  Map<String, TaskCounts> counts() {
    Map<String, TaskCounts> all = new TreeMap<>();
    known.forEach((name, purpose) -> all.put(name, purpose.counts.read()));
    TaskCounts rest = other.read();
    if (rest.forked() > 0) {
      all.put(OTHER, rest);
    }
    return all;
  }
}
