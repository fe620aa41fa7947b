package dev.lifecycle.pool;

/** The figures of an {@link ObjectPool}: gauges of one moment, and counts since it was built. Immutable; not for implementing. */
public interface PoolStats {
  /** How many objects there may be. */
  int limit();

  /** How many exist, from before their creation until their destruction has returned. */
  int size();

  /** How many lie idle, those included that must be asked before they are given. */
  int idle();

  /** How many are leased, those included that are being reset, and those that were revoked and are still held. */
  int leased();

  /** How many are being made. */
  int creating();

  /** How many callers wait. */
  int pending();

  /** How often an object was given. */
  long claims();

  /** How many callers had to wait, whatever came of it. */
  long waits();

  /** How many callers waited in vain for their timeout, a try that found nothing not counted. */
  long timeouts();

  /** How many callers were turned away because too many waited. */
  long rejections();

  /** How many objects were made. */
  long created();

  /** How many creations failed. */
  long createFailures();

  /** How many objects were given to {@code destroy}. */
  long destroyed();

  /** How many calls of {@code destroy} threw. */
  long destroyFailures();

  /** How many objects failed their check. */
  long invalid();

  /** How many objects outlived their age or their idle time. */
  long expired();

  /** How many closes came for a lease that had ended, a close after {@code invalidate} or {@code detach} not counted. */
  long staleCloses();

  /** How many leases were found whose thread had ended. */
  long leaked();

  /** How many leases were revoked. */
  long revoked();
}
