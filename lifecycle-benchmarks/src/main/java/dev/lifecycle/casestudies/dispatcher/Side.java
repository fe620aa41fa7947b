package dev.lifecycle.casestudies.dispatcher;

import dev.lifecycle.casestudies.measure.LiveWork;
import org.jspecify.annotations.Nullable;

/** One of the two ways to write the dispatcher. */
interface Side {
  /**
   * Starts a dispatcher; its workers count themselves in {@code live}.
   *
   * @param stubborn a worker beside the others that ignores interrupts; null for none
   */
  Dispatcher deploy(Load load, LiveWork live, @Nullable StubbornWorker stubborn);

  /** Ends what is left, once everything has been measured. */
  void release() throws InterruptedException;
}
