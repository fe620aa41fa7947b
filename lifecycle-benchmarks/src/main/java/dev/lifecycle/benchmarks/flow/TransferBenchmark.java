package dev.lifecycle.benchmarks.flow;

import dev.lifecycle.Scope;
import dev.lifecycle.benchmarks.core.NanosBenchmark;
import dev.lifecycle.flow.Handoff;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import org.jctools.queues.atomic.MpmcAtomicArrayQueue;
import org.jctools.queues.atomic.MpscAtomicArrayQueue;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.Blackhole;

/**
 * {@value #ELEMENTS} elements through a bounded queue, from the start of the threads to the end of the last; nanoseconds per element. Both ends block, as they
 * do in a pipeline, and either may be the slower one. {@code work} is what a producer spends on each element, a few nanoseconds per unit: with none there is
 * nothing but the queue, which is no realistic use.
 */
public class TransferBenchmark extends NanosBenchmark {
  static final int ELEMENTS = 100_000;

  @Param({"1:1", "4:1", "4:4"})
  public String shape;

  @Param("1024")
  public int capacity;

  @Param("0")
  public int work;

  private Scope scope;
  private int producers;
  private int consumers;

  @Setup
  public void open() {
    scope = Scope.open("bench.flow");
    String[] sides = shape.split(":");
    producers = Integer.parseInt(sides[0]);
    consumers = Integer.parseInt(sides[1]);
  }

  @TearDown
  public void close() {
    scope.close();
  }

  /** Where the threads come from. */
  ThreadFactory threads() {
    return Thread::new;
  }

  @Benchmark
  @OperationsPerInvocation(ELEMENTS)
  public void handoff() throws InterruptedException {
    try (Handoff<Object> handoff = Handoff.in(scope, "bench.handoff", capacity)) {
      transfer(handoff::put, () -> Objects.requireNonNull(handoff.take()));
    }
  }

  @Benchmark
  @OperationsPerInvocation(ELEMENTS)
  public void arrayBlockingQueue() throws InterruptedException {
    transfer(new ArrayBlockingQueue<>(capacity));
  }

  @Benchmark
  @OperationsPerInvocation(ELEMENTS)
  public void fairArrayBlockingQueue() throws InterruptedException {
    transfer(new ArrayBlockingQueue<>(capacity, true));
  }

  @Benchmark
  @OperationsPerInvocation(ELEMENTS)
  public void linkedBlockingQueue() throws InterruptedException {
    transfer(new LinkedBlockingQueue<>(capacity));
  }

  @Benchmark
  @OperationsPerInvocation(ELEMENTS)
  public void jctools() throws InterruptedException {
    ParkingQueue<Object> queue = new ParkingQueue<>(consumers == 1 ? new MpscAtomicArrayQueue<>(capacity) : new MpmcAtomicArrayQueue<>(capacity));
    transfer(queue::put, queue::take);
  }

  private void transfer(BlockingQueue<Object> queue) throws InterruptedException {
    transfer(queue::put, queue::take);
  }

  private void transfer(Put put, Take take) throws InterruptedException {
    List<Thread> all = new ArrayList<>();
    ThreadFactory factory = threads();
    for (int i = 0; i < producers; i++) {
      all.add(factory.newThread(() -> {
        try {
          for (int n = 0; n < ELEMENTS / producers; n++) {
            if (work > 0) {
              Blackhole.consumeCPU(work);
            }
            put.put(this);
          }
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
      }));
    }
    for (int i = 0; i < consumers; i++) {
      all.add(factory.newThread(() -> {
        try {
          for (int n = 0; n < ELEMENTS / consumers; n++) {
            take.take();
          }
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
      }));
    }
    all.forEach(Thread::start);
    for (Thread thread : all) {
      thread.join();
    }
  }

  private interface Put {
    void put(Object element) throws InterruptedException;
  }

  private interface Take {
    Object take() throws InterruptedException;
  }
}
