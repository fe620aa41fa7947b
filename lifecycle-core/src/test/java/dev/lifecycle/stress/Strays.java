package dev.lifecycle.stress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.Context;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.atomic.LongAdder;

/** Counts interrupts that do not belong where they are found, on threads that notice each one sent to them. */
final class Strays {
  /** Interrupts sent to a thread while no body of ours was on it. */
  final LongAdder outside = new LongAdder();

  /** Flags found set where they had to be clear. */
  final LongAdder found = new LongAdder();

  /** Flags found clear where the thread's own one had to be set. */
  final LongAdder lost = new LongAdder();

  /** Interrupts sent while a body was there: the races that were close. */
  final LongAdder sent = new LongAdder();

  /** A thread that knows whether it may be interrupted now. */
  interface Watched {
    /** From now on interrupts are expected, or not. */
    void expect(boolean interrupts);
  }

  final class Worker extends Thread implements Watched {
    private volatile boolean expecting;

    Worker(Runnable work) {
      super(work, "soak");
      setDaemon(true);
    }

    @Override
    public void expect(boolean interrupts) {
      expecting = interrupts;
    }

    /** Sets the flag as somebody else would. */
    void interruptItself() {
      super.interrupt();
    }

    @Override
    public void interrupt() {
      (expecting ? sent : outside).increment();
      super.interrupt();
    }
  }

  final class ForkJoinWorker extends ForkJoinWorkerThread implements Watched {
    private volatile boolean expecting;

    ForkJoinWorker(ForkJoinPool pool) {
      super(pool);
    }

    @Override
    public void expect(boolean interrupts) {
      expecting = interrupts;
    }

    @Override
    public void interrupt() {
      (expecting ? sent : outside).increment();
      super.interrupt();
    }
  }

  /** The executor, with a look at the flag before and after each of its tasks. */
  Executor watching(Executor pool) {
    return task ->
        pool.execute(
            () -> {
              clear();
              Watched self = (Watched) Thread.currentThread();
              self.expect(true);
              task.run();
              self.expect(false);
              clear();
            });
  }

  /** Here the flag must be clear. */
  void clear() {
    if (Thread.interrupted()) {
      found.increment();
    }
  }

  /** Here, at the begin of a body, the flag must be clear unless the task itself has been cancelled. */
  void clearUnlessCancelled() {
    if (Thread.currentThread().isInterrupted() && !Context.current().isCancelled()) {
      found.increment();
    }
  }

  /** Here the flag must be set, and is cleared. */
  void own() {
    if (!Thread.interrupted()) {
      lost.increment();
    }
  }

  void assertNone() {
    assertThat(outside.sum()).as("interrupts outside of bodies").isZero();
    assertThat(found.sum()).as("flags set where they must be clear").isZero();
    assertThat(lost.sum()).as("flags of their own that threads have lost").isZero();
  }
}
