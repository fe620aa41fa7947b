package dev.lifecycle.benchmarks.pool;

import dev.lifecycle.benchmarks.core.NanosBenchmark;
import org.openjdk.jmh.annotations.Benchmark;

/** Rows 1 and 2: the peer that needs more than 17. */
public class ClaimBenchmark25 extends NanosBenchmark {
  @Benchmark
  public StormpotSide25.Claimed stormpot(StormpotSide25 side) throws InterruptedException {
    StormpotSide25.Claimed claimed = side.acquire();
    side.release(claimed);
    return claimed;
  }

  @Benchmark
  public StormpotSide25.Claimed stormpotEternal(EternalStormpotSide25 side) throws InterruptedException {
    StormpotSide25.Claimed claimed = side.acquire();
    side.release(claimed);
    return claimed;
  }
}
