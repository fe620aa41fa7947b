package dev.lifecycle.module;

import com.sun.management.ThreadMXBean;
import dev.lifecycle.Lease;
import dev.lifecycle.Scope;
import dev.lifecycle.pool.ObjectPool;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;

/**
 * The main class of a JVM that {@link AllocationGateTest} starts: what one acquire and its close allocate on the thread that does them. Prints the bytes per operation,
 * and how long it warmed up.
 *
 * <p>The warm-up ends with the first batch that allocates no more than it may, or after 30 seconds; the batch after that is the one that counts. So a fast machine
 * is quick, and a batch that was good by chance helps nobody.
 */
final class AllocationGate {
  static final int OPERATIONS = 1_000_000;
  private static final long WARM_UP_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final int SIZE = 16;

  /** Where a lease goes that escapes. */
  private static volatile Object escaped;

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private AllocationGate() {}

  /** {@value #OPERATIONS} operations: the loop is part of what is measured, and is compiled with it. */
  private interface Batch {
    void run() throws Exception;
  }

  /**
   * @param args what to measure: {@code closed}, {@code escaping}, or {@code control}; and the most bytes per operation that are good
   */
  public static void main(String[] args) throws Exception {
    double most = Double.parseDouble(args[1]);
    if (args[0].equals("control")) {
      new AllocationGate().measure(AllocationGate::control, most);
      return;
    }
    try (Scope scope = Scope.open("gate.owner");
        ObjectPool<Object> pool = ObjectPool.in(scope, "gate.pool", Object::new).size(SIZE).build()) {
      new AllocationGate().measure(args[0].equals("closed") ? () -> closed(pool) : () -> escaping(pool), most);
    }
  }

  private void measure(Batch batch, double most) throws Exception {
    long begin = System.nanoTime();
    while (bytes(batch) > most && System.nanoTime() - begin < WARM_UP_NANOS) {
      // again
    }
    long warm = System.nanoTime();
    System.out.println(bytes(batch) + " " + TimeUnit.NANOSECONDS.toMillis(warm - begin));
  }

  private double bytes(Batch batch) throws Exception {
    long before = threads.getCurrentThreadAllocatedBytes();
    batch.run();
    return (threads.getCurrentThreadAllocatedBytes() - before) / (double) OPERATIONS;
  }

  private static void closed(ObjectPool<Object> pool) throws InterruptedException {
    int sum = 0;
    for (int i = 0; i < OPERATIONS; i++) {
      sum += useOne(pool);
    }
    escaped = sum;
  }

  /** The try-with-resources form, in a method as users write it. The object is used, so that nothing of this is dead code. */
  private static int useOne(ObjectPool<Object> pool) throws InterruptedException {
    try (Lease<Object> lease = pool.acquire()) {
      return System.identityHashCode(lease.get());
    }
  }

  /** A lease that others can see cannot be optimised away. */
  private static void escaping(ObjectPool<Object> pool) throws InterruptedException {
    for (int i = 0; i < OPERATIONS; i++) {
      Lease<Object> lease = pool.acquire();
      escaped = lease;
      lease.close();
    }
  }

  /** What a pool would cost whose lease is never optimised away: the gate must see it. */
  private static void control() {
    for (int i = 0; i < OPERATIONS; i++) {
      escaped = new Object();
    }
  }
}
