package dev.lifecycle.benchmarks.flow;

import java.util.concurrent.ThreadFactory;

/** The same between virtual threads. */
public class VirtualTransferBenchmark25 extends TransferBenchmark {
  @Override
  ThreadFactory threads() {
    return Thread.ofVirtual().factory();
  }
}
