package dev.lifecycle.spi;

import java.util.Map;

/**
 * The figures of a resource at one moment: name to value, in the order in which they should be shown. Units belong in the name where they are not
 * counts, such as {@code idle_bytes}. Immutable.
 */
public interface ResourceFigures {
  /** The figures; never changes. */
  Map<String, Long> values();

  /** Figures with these values; the map is copied by the caller's iteration order. */
  static ResourceFigures of(Map<String, Long> values) {
    Map<String, Long> copy = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(values));
    return () -> copy;
  }

  /** No figures. */
  static ResourceFigures none() {
    return Map::of;
  }
}
