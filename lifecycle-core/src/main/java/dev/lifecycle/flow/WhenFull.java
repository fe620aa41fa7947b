package dev.lifecycle.flow;

/**
 * What {@link Handoff#offer(Object)} does when there is no room. {@link Handoff#put} waits under any of them.
 *
 * <p>More may be added: give a {@code switch} a default.
 */
public enum WhenFull {
  /** The producer waits, first come first served: backpressure. The default. */
  BLOCK,
  /** The offer returns false and the producer keeps the element; counted as rejected. */
  REJECT,
  /** The element that is offered is dropped; counted as put and as dropped. */
  DROP_NEWEST,
  /** The element that has waited longest is dropped to make room; counted as dropped. */
  DROP_OLDEST
}
