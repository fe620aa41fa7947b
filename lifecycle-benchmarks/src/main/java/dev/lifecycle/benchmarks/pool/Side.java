package dev.lifecycle.benchmarks.pool;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A pool to be measured. JMH hands it to a benchmark as its state; the timed runs open it themselves. All its objects exist before anything is measured.
 *
 * @param <C> what an acquire gives and a release takes back
 */
@State(Scope.Benchmark)
public abstract class Side<C> {
  /** How long an acquire waits: nobody should, and a run in which somebody does must end all the same. */
  static final Duration TIMEOUT = Duration.ofSeconds(10);

  /** The same for pools that take a number: nobody should pay for a conversion that no user would write. */
  static final long TIMEOUT_NANOS = TIMEOUT.toNanos();

  @Param("16")
  public int objects;

  /** Makes the pool, of {@link #objects} objects. */
  abstract void create() throws Exception;

  /** An object, or null if there was none within {@link #TIMEOUT}. */
  abstract @Nullable C acquire() throws Exception;

  abstract void release(C claim) throws Exception;

  @TearDown
  public abstract void close() throws Exception;

  @Setup
  public final void open() throws Exception {
    create();
    List<C> all = new ArrayList<>();
    for (int i = 0; i < objects; i++) {
      C claim = acquire();
      if (claim == null) {
        throw new IllegalStateException("the pool made only " + i + " of " + objects + " objects");
      }
      all.add(claim);
    }
    for (C claim : all) {
      release(claim);
    }
  }
}
