package dev.lifecycle.pool.objects;

import java.util.concurrent.atomic.LongAdder;

/** What happened since the pool was built, apart from claims, which the generations of the slots tell. */
final class Counts {
  /** The one that is not counted in turns: a stale close must cost its neighbours nothing. */
  final LongAdder staleCloses = new LongAdder();

  // In turns:

  long waits;
  long timeouts;
  long rejections;
  long created;
  long createFailures;
  long destroyed;
  long destroyFailures;
  long invalid;
  long expired;
  long leaked;
  long revoked;

  /** How many generations of slots were no claims, or belong to slots that are gone. */
  long generationsBesides;
}
