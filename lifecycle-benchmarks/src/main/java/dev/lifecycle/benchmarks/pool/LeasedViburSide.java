package dev.lifecycle.benchmarks.pool;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Vibur's pool with a handle per claim that gives back once: what its user would have to write to get what a lease promises. So it serves the oldest waiter
 * first, and a close that comes too late harms nobody.
 */
public class LeasedViburSide extends Side<LeasedViburSide.Handle> {
  /** One claim. */
  public static final class Handle extends AtomicBoolean {
    private static final long serialVersionUID = 1;

    final transient Thing thing;

    Handle(Thing thing) {
      this.thing = thing;
    }
  }

  private final ViburSide vibur = new ViburSide();

  @Override
  void create() {
    vibur.objects = objects;
    vibur.create();
  }

  @Override
  @Nullable Handle acquire() {
    Thing thing = vibur.acquire();
    return thing == null ? null : new Handle(thing);
  }

  @Override
  void release(Handle claim) {
    if (claim.compareAndSet(false, true)) {
      vibur.release(claim.thing);
    }
  }

  @Override
  public void close() {
    vibur.close();
  }
}
