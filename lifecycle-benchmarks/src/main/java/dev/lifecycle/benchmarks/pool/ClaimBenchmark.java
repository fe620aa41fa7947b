package dev.lifecycle.benchmarks.pool;

import dev.lifecycle.Lease;
import dev.lifecycle.benchmarks.core.NanosBenchmark;
import java.sql.Connection;
import java.sql.SQLException;
import org.eclipse.jetty.util.Pool;
import org.openjdk.jmh.annotations.Benchmark;

/**
 * Rows 1 and 2: a claim and its release, with more objects than threads. The object is what a benchmark returns, so that nobody gets away without a look at
 * it. On several threads the time is that of one operation on one of them.
 */
public class ClaimBenchmark extends NanosBenchmark {
  @Benchmark
  public Thing lifecycle(LifecycleSide side) throws InterruptedException {
    try (Lease<Thing> lease = side.pool.acquire(Side.TIMEOUT)) {
      return lease.get();
    }
  }

  @Benchmark
  public HikariBagSide.Entry hikariBag(HikariBagSide side) throws InterruptedException {
    HikariBagSide.Entry entry = side.acquire();
    side.release(entry);
    return entry;
  }

  /** As it is used: a handle that closes itself, through which the object is reached. */
  @Benchmark
  public StubConnection hikariSource(HikariSourceSide side) throws SQLException {
    try (Connection connection = side.source.getConnection()) {
      return connection.unwrap(StubConnection.class);
    }
  }

  @Benchmark
  public Thing commonsPool(CommonsPoolSide side) throws Exception {
    Thing thing = side.acquire();
    side.release(thing);
    return thing;
  }

  @Benchmark
  public Thing vibur(ViburSide side) {
    Thing thing = side.acquire();
    side.release(thing);
    return thing;
  }

  @Benchmark
  public Thing leasedVibur(LeasedViburSide side) {
    LeasedViburSide.Handle handle = side.acquire();
    Thing thing = handle.thing;
    side.release(handle);
    return thing;
  }

  /** Asks again where the pool overlooked an idle object, which there always is. */
  @Benchmark
  public Thing jetty(JettySide side) {
    Pool.Entry<Thing> entry = side.acquire();
    while (entry == null) {
      entry = side.acquire();
    }
    Thing thing = entry.getPooled();
    side.release(entry);
    return thing;
  }

  @Benchmark
  public Thing queue(QueueSide side) throws InterruptedException {
    Thing thing = side.acquire();
    side.release(thing);
    return thing;
  }
}
