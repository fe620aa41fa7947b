package dev.lifecycle.casestudies.notification;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** The subscriber of the acknowledgements, the same on both sides: completes the future of each delivery that is acknowledged. */
final class Acknowledgements {
  private final Map<Long, CompletableFuture<Void>> pending = new ConcurrentHashMap<>();
  private final Socket line;
  private final Thread reader = new Thread(this::read, "case-acknowledgements");

  /** Reads from this connection until it is closed. */
  Acknowledgements(Socket line) {
    this.line = line;
    reader.setDaemon(true);
    reader.start();
  }

  private void read() {
    try (BufferedReader in = new BufferedReader(new InputStreamReader(line.getInputStream(), StandardCharsets.US_ASCII))) {
      for (String id = in.readLine(); id != null; id = in.readLine()) {
        CompletableFuture<Void> waiting = pending.remove(Long.valueOf(id));
        if (waiting != null) {
          waiting.complete(null);
        }
      }
    } catch (IOException e) {
      // Closed: the end.
    }
  }

  /** A future that the acknowledgement of this delivery completes. */
  CompletableFuture<Void> expect(long id) {
    return pending.computeIfAbsent(id, i -> new CompletableFuture<>());
  }

  /** Forgets a delivery. */
  void forget(long id) {
    pending.remove(id);
  }

  /** Deliveries that somebody still expects to be acknowledged. */
  int expected() {
    return pending.size();
  }
}
