package dev.lifecycle.casestudies;

import java.util.Locale;

/** How long the case studies run. */
public enum Mode {
  /** About a second per case: for tests. */
  TINY,
  /** About 15 seconds per case; the default. */
  QUICK,
  /** Minutes per case. */
  LONG;

  /** The mode of this name, in any case. */
  public static Mode of(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }

  /** One of three values. */
  public <T> T pick(T tiny, T quick, T longer) {
    return switch (this) {
      case TINY -> tiny;
      case QUICK -> quick;
      case LONG -> longer;
    };
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
