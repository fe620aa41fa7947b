package dev.lifecycle.pool.conformance;

import java.time.Duration;
import java.util.concurrent.Callable;

/** A kind of pool, as the kit sees it. An adapter translates and adds nothing: what its pool cannot do it answers with {@link NotOfferedException}. */
public interface PoolAdapter {
  /** The name and version for the head of a column. */
  String name();

  /**
   * Opens a pool.
   *
   * @throws NotOfferedException if there is no such option
   */
  Subject open(Setup setup) throws Exception;

  /** The shortest timeout above zero that a caller can ask for. */
  default Duration shortestTimeout() {
    return Duration.ofMillis(1);
  }

  /**
   * What to open.
   *
   * @param size exactly so many objects at most
   * @param fair newcomers queue whenever anybody waits
   * @param factory makes the objects
   */
  record Setup(int size, boolean fair, Callable<Thing> factory) {}
}
