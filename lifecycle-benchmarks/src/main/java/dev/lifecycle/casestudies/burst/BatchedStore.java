package dev.lifecycle.casestudies.burst;

import dev.lifecycle.Scope;
import dev.lifecycle.flow.Batcher;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** The store with lifecycle: a batching stage in a scope, one open file, one buffer. Batches run one at a time, so that the buffer needs no lock. */
final class BatchedStore implements EventStore {
  private static final int BATCH = 500;
  private static final Duration DELAY = Duration.ofMillis(5);
  private static final int CAPACITY = 20_000;

  private final Scope scope;
  private final FileChannel file;
  private final Batcher<Event> batcher;
  private final Lines lines = new Lines();
  private final AtomicLong stored = new AtomicLong();

  BatchedStore(Path path) throws IOException {
    scope = Scope.open("audit.store");
    file = scope.defer(FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
    batcher = Batcher.in(scope, "audit.write", BATCH, DELAY, o -> o.capacity(CAPACITY), this::store);
  }

  @Override
  public void accept(Event event) throws InterruptedException {
    batcher.put(event);
  }

  private void store(List<Event> batch) throws IOException {
    for (Event event : batch) {
      event.writeTo(lines);
    }
    lines.writeTo(file);
    stored.addAndGet(batch.size());
  }

  @Override
  public long stored() {
    return stored.get();
  }

  @Override
  public void finish() throws InterruptedException {
    batcher.close();
    scope.join(); // throws what a batch failed with
  }

  @Override
  public void close() {
    scope.close();
  }
}
