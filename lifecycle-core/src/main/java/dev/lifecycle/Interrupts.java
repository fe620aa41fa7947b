package dev.lifecycle;

/** Whether a cancel may interrupt the thread of a task. */
public enum Interrupts {
  /** A cancel interrupts; the default. */
  ALLOWED,
  /** A cancel shows only in the context, the hooks and the future: for code that an interrupt damages, such as some drivers and channels. */
  NEVER
}
