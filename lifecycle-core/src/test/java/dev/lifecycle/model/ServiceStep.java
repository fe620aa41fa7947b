package dev.lifecycle.model;

/** One step of a random sequence: what to do, to which service (modulo those there are), and for how many milliseconds the clock moves. */
record ServiceStep(Kind kind, int service, int millis) {
  enum Kind {
    FAIL,
    RETURN,
    READY,
    STOP,
    ADVANCE,
    DRAIN,
    CANCEL
  }
}
