package dev.lifecycle.pool.objects;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Those who wait until the pool is warm. Used in turns. */
final class WarmUps {
  private final Exchange<?> exchange;
  private final List<CompletableFuture<@Nullable Void>> waiting = new ArrayList<>(1);

  WarmUps(Exchange<?> exchange) {
    this.exchange = exchange;
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  void add(CompletableFuture<@Nullable Void> done) {
    waiting.add(done);
  }

  /** Ends the waits: with this failure, or well. */
  void end(@Nullable Throwable why) {
    for (CompletableFuture<@Nullable Void> done : waiting) {
      exchange.turn.after(() -> Waiting.deliver(exchange, () -> complete(done, why)));
    }
    waiting.clear();
  }

  private static void complete(CompletableFuture<@Nullable Void> done, @Nullable Throwable why) {
    if (why == null) {
      done.complete(null);
    } else {
      done.completeExceptionally(why);
    }
  }
}
