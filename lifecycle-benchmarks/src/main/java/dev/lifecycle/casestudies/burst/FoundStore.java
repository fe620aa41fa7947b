package dev.lifecycle.casestudies.burst;

import dev.lifecycle.casestudies.measure.Ending;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/** The store as found: a task per event on a pool, which makes a string of it and appends that to the file by the JDK's writer. */
final class FoundStore implements EventStore {
  private final Path file;
  private final ExecutorService pool;
  private final AtomicLong stored = new AtomicLong();

  FoundStore(Path file, int threads) {
    this.file = file;
    this.pool = Executors.newFixedThreadPool(threads);
  }

  @Override
  public void accept(Event event) {
    pool.execute(() -> store(event));
  }

  private void store(Event event) {
    String line = event.json();
    try (BufferedWriter out = Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      out.write(line);
      out.newLine();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    stored.incrementAndGet();
  }

  @Override
  public long stored() {
    return stored.get();
  }

  @Override
  public void finish() {
    pool.shutdown();
    Ending.await(pool);
  }

  @Override
  public void close() {
    pool.shutdownNow();
    Ending.await(pool);
  }
}
