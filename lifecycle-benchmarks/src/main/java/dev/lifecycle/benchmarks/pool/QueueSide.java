package dev.lifecycle.benchmarks.pool;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The pool that everybody has written once: objects in a blocking queue. */
public class QueueSide extends Side<Thing> {
  private BlockingQueue<Thing> queue;

  @Override
  void create() {
    queue = new ArrayBlockingQueue<>(objects);
    for (int i = 0; i < objects; i++) {
      queue.add(new Thing());
    }
  }

  @Override
  @Nullable Thing acquire() throws InterruptedException {
    return queue.poll(TIMEOUT_NANOS, TimeUnit.NANOSECONDS);
  }

  @Override
  void release(Thing claim) {
    queue.add(claim);
  }

  @Override
  public void close() {
    queue.clear();
  }
}
