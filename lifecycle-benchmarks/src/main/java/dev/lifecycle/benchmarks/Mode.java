package dev.lifecycle.benchmarks;

import java.util.Locale;

/**
 * How long a run takes. Each round runs every benchmark once in a fresh JVM, every second round in reverse order, so that a machine that slows down
 * or speeds up meanwhile does so for both sides of a ratio.
 */
enum Mode {
  /** One round of short iterations: does it run, and roughly how fast. */
  QUICK(1, 4, 5, 250),
  /** Figures fit to be published. */
  FULL(3, 4, 4, 800);

  private final int rounds;
  private final int warmups;
  private final int iterations;
  private final int millis;

  Mode(int rounds, int warmups, int iterations, int millis) {
    this.rounds = rounds;
    this.warmups = warmups;
    this.iterations = iterations;
    this.millis = millis;
  }

  static Mode named(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }

  int rounds() {
    return rounds;
  }

  /** How often to run one trial: more often than others if it asks for that, unless a glance is enough. */
  int rounds(Trial trial) {
    return this == QUICK ? rounds : Math.max(rounds, trial.forks());
  }

  int warmups() {
    return warmups;
  }

  int iterations() {
    return iterations;
  }

  int millis() {
    return millis;
  }
}
