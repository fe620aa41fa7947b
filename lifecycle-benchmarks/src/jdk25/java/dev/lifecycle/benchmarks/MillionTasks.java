package dev.lifecycle.benchmarks;

import dev.lifecycle.Action;
import dev.lifecycle.Scope;
import dev.lifecycle.benchmarks.report.Figure;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;

/**
 * Row 7: the heap that a live parked task holds, ours against a bare virtual thread of the same name. Each side runs in a JVM of its own: the heap in use
 * after a collection with all tasks parked, less that before the first fork, divided by the number of tasks.
 *
 * <p>{@code -Dbenchmarks.tasks} sets how many, 1,000,000 by default; the child JVMs need a heap of 4 GB for that.
 */
public final class MillionTasks implements Trial.Program {
  private static final String TASKS = "benchmarks.tasks";
  private static final int BATCHES = 10;
  private static final int BATCH = 20_000;
  private static final long SETTLE_MILLIS = 200;

  /** Without arguments: measures both sides and prints the ratio. With the name of a side: measures it and prints the bytes per task. */
  public static void main(String[] args) throws Exception {
    if (args.length == 1) {
      System.out.println(perTask(args[0]));
      // A million parked tasks have no other end that would be worth waiting for.
      Runtime.getRuntime().halt(0);
    }
    double ours = inChild("lifecycle");
    double bare = inChild("bare");
    System.out.printf("lifecycle %.0f B, bare %.0f B per task: %.2fx%n", ours, bare, ours / bare);
  }

  /** The key ends in the name of the side. */
  @Override
  public Figure measure(String key) throws Exception {
    return new Figure(List.of(), List.of(inChild(key.substring(key.lastIndexOf('.') + 1))));
  }

  /** With {@code -Xbatch} the state of compilation does not depend on what else the machine does. */
  private static double inChild(String side) throws IOException, InterruptedException {
    List<String> options = List.of("--enable-preview", "-Xms4g", "-Xmx4g", "-XX:+UseParallelGC", "-Xbatch", "-D" + TASKS + '=' + tasks());
    return Double.parseDouble(ChildJvm.run(options, MillionTasks.class, side).strip());
  }

  private static int tasks() {
    return Integer.getInteger(TASKS, 1_000_000);
  }

  /** Warms up by batches that park and end like the measured one, since the size of a parked stack is that of its compiled frames. */
  private static double perTask(String side) throws InterruptedException {
    for (int i = 0; i < BATCHES; i++) {
      Side batch = newSide(side, true);
      Body body = parked(batch, BATCH);
      body.released = true;
      batch.interruptAll();
      body.ended.await();
    }
    Side measured = newSide(side, false);
    long before = usedHeap();
    parked(measured, tasks());
    double perTask = (usedHeap() - before) / (double) tasks();
    Reference.reachabilityFence(measured);
    return perTask;
  }

  private static Side newSide(String side, boolean ends) {
    return side.equals("lifecycle") ? new Ours() : new Bare(ends);
  }

  private static Body parked(Side side, int tasks) throws InterruptedException {
    Body body = new Body(tasks);
    for (int i = 0; i < tasks; i++) {
      side.fork(body);
    }
    body.begun.await();
    Thread.sleep(SETTLE_MILLIS);
    return body;
  }

  /** Two collections: the first may leave what only became unreachable by reference processing. */
  private static long usedHeap() throws InterruptedException {
    System.gc();
    Thread.sleep(SETTLE_MILLIS);
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  /** Who starts the tasks. */
  private interface Side {
    void fork(Body body);

    void interruptAll();
  }

  private static final class Ours implements Side {
    private final Scope scope = Scope.open("bench.million");

    @Override
    public void fork(Body body) {
      scope.start("bench.parked", body);
    }

    @Override
    public void interruptAll() {
      scope.close();
    }
  }

  private static final class Bare implements Side {
    private static final ThreadFactory THREADS = Thread.ofVirtual().name("bench.parked").factory();

    private final List<Thread> kept = new ArrayList<>();
    private final boolean keeps;

    /**
     * @param keeps whether the threads will be interrupted; if not, a list of them would be heap that nobody asked for
     */
    Bare(boolean keeps) {
      this.keeps = keeps;
    }

    @Override
    public void fork(Body body) {
      Thread thread = THREADS.newThread(body);
      if (keeps) {
        kept.add(thread);
      }
      thread.start();
    }

    @Override
    public void interruptAll() {
      kept.forEach(Thread::interrupt);
    }
  }

  /** The same body for both sides: the frame of an adapter would be bytes on each stack. */
  private static final class Body implements Runnable, Action {
    final CountDownLatch begun;
    final CountDownLatch ended;
    volatile boolean released;

    Body(int tasks) {
      begun = new CountDownLatch(tasks);
      ended = new CountDownLatch(tasks);
    }

    @Override
    public void run() {
      begun.countDown();
      while (!released) {
        LockSupport.park();
      }
      ended.countDown();
    }
  }
}
