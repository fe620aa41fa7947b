package dev.lifecycle.pool.objects;

/** Keeps what stands in memory before a slot off the cache line that its claimers write. A JVM lays out the fields of a superclass first. */
@SuppressWarnings("unused")
abstract class SlotPadding {
  private long p0;
  private long p1;
  private long p2;
  private long p3;
  private long p4;
  private long p5;
  private long p6;
  private long p7;
}
