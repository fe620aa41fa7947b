package dev.lifecycle.spi;

/** A piece of work in the private scope of a resource. Of its two methods exactly one is called, once, also when the work cannot be begun. */
public interface Work {
  /** Does the work, on a thread of its own; a cancel interrupts it. What it throws is reported and fails nobody. */
  void run();

  /**
   * The work will never run: the owner was cancelled, the resource is closed, or there was no thread. Called on the starting thread before {@code start}
   * returns, or later on a library thread; must not block.
   *
   * @param why what stands in the way
   */
  void neverRun(Throwable why);
}
