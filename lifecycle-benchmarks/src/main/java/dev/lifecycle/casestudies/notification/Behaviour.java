package dev.lifecycle.casestudies.notification;

import java.util.SplittableRandom;

/** How the dependency treats one delivery. */
enum Behaviour {
  /** Accepts it and acknowledges. */
  OK,
  /** Cuts the connection. */
  RESET,
  /** Answers 500. */
  ERROR,
  /** Accepts it and never acknowledges. */
  NO_ACK,
  /** Never answers. */
  NO_ANSWER;

  private static final double FAILING = 0.4;

  /** What happens to this delivery: the same on both sides. Two of five go wrong, one kind as often as the other. */
  static Behaviour of(long id, boolean failing) {
    SplittableRandom random = new SplittableRandom(id);
    if (!failing || random.nextDouble() >= FAILING) {
      return OK;
    }
    return values()[1 + random.nextInt(values().length - 1)];
  }
}
