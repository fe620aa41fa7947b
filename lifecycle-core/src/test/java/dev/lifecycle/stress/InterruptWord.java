package dev.lifecycle.stress;

/** What the races need of a frame: the engine's, or a copy with a seeded bug. All but {@link #interrupt} is called on the body's thread. */
public interface InterruptWord {
  /** Begins a body on a thread that other bodies use too. */
  void begin();

  /** Interrupts the body if it runs; again also if that has happened before. */
  void interrupt(boolean again);

  /** Ends the body; at the base of a pool's thread the flag is cleared whoever set it. */
  void end(boolean base);

  /** Whether an interrupt was sent. */
  boolean wasInterrupted();

  /** Makes interrupts wait. */
  void shield();

  /** Delivers the one that waited. */
  void unshield();
}
