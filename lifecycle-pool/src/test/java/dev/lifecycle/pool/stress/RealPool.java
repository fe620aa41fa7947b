package dev.lifecycle.pool.stress;

import dev.lifecycle.Lease;
import dev.lifecycle.pool.ObjectPool;
import dev.lifecycle.pool.ObjectPoolBuilder;
import dev.lifecycle.pool.rooms.Owner;
import dev.lifecycle.pool.rooms.ThreadRoom;
import dev.lifecycle.stress.Race;
import java.time.Duration;
import java.util.function.Consumer;

/** The real one, on a clock that dawdles: each of its readings stands in a window that a race must meet. */
final class RealPool implements Subject {
  final ThreadRoom room = new ThreadRoom(Duration.ZERO, Race::dawdle);
  final ObjectPool<Item> pool;

  RealPool(Round round, int size, Consumer<ObjectPoolBuilder<Item>> options) {
    ObjectPoolBuilder<Item> builder = ObjectPool.in(Owner.of(room), "race.pool", round::make).size(size).destroy(Item::end).parallelCreations(4);
    if (round.resets) {
      builder.reset(Item::reset);
    }
    options.accept(builder);
    pool = builder.build();
  }

  RealPool(Round round, int size) {
    this(round, size, o -> {});
  }

  @Override
  public Lease<Item> tryAcquire() {
    return pool.tryAcquire();
  }

  @Override
  public Lease<Item> acquire(Duration timeout) throws InterruptedException {
    return pool.acquire(timeout);
  }

  @Override
  public int pending() {
    return pool.stats().pending();
  }

  @Override
  public void resize(int size) {
    pool.resize(size);
  }

  @Override
  public void initiateClose() {
    pool.initiateClose();
  }

  @Override
  public void close() {
    pool.close();
  }

  @Override
  public void settle() {
    Race.until(room::isQuiet);
  }

  @Override
  public int idle() {
    return pool.stats().idle();
  }

  @Override
  public int leased() {
    return pool.stats().leased();
  }

  @Override
  public int existing() {
    return pool.stats().size();
  }

  @Override
  public long staleCloses() {
    return pool.stats().staleCloses();
  }

  @Override
  public boolean isTerminated() {
    return pool.termination().toCompletableFuture().isDone();
  }
}
