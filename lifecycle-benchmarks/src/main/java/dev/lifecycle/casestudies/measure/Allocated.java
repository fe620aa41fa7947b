package dev.lifecycle.casestudies.measure;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The bytes that threads of this JVM allocate from now on, those of virtual threads included, which count for their carriers. A thread that ends before it is
 * asked is not counted.
 */
public final class Allocated {
  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final Predicate<String> counted;
  private final Map<Long, Long> before = new HashMap<>();

  /**
   * Begins to count.
   *
   * @param counted by the name of a thread: whether its allocations count
   */
  public Allocated(Predicate<String> counted) {
    this.counted = counted;
    long[] ids = threads.getAllThreadIds();
    long[] bytes = threads.getThreadAllocatedBytes(ids);
    for (int i = 0; i < ids.length; i++) {
      before.put(ids[i], bytes[i]);
    }
  }

  /** The bytes until now. */
  public long bytes() {
    long sum = 0;
    long[] ids = threads.getAllThreadIds();
    long[] bytes = threads.getThreadAllocatedBytes(ids);
    @Nullable ThreadInfo[] infos = threads.getThreadInfo(ids);
    for (int i = 0; i < ids.length; i++) {
      ThreadInfo info = infos[i]; // null if the thread has ended
      if (info != null && bytes[i] > 0 && counted.test(info.getThreadName())) {
        sum += bytes[i] - before.getOrDefault(ids[i], 0L);
      }
    }
    return sum;
  }
}
