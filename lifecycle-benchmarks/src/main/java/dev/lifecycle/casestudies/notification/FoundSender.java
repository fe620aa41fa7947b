package dev.lifecycle.casestudies.notification;

import dev.lifecycle.casestudies.measure.Ending;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The sender as found: futures without a timeout. The error of a request is logged, and nobody tells the one who waits for the acknowledgement; when
 * one channel fails, the others go on.
 */
final class FoundSender implements Sender {
  private final HttpClient client;
  private final URI service;
  private final Acknowledgements acks;
  private final Tally tally;
  private final AtomicInteger logged = new AtomicInteger();
  private final ExecutorService pool = Executors.newCachedThreadPool();

  FoundSender(HttpClient client, URI service, Acknowledgements acks, Tally tally) {
    this.client = client;
    this.service = service;
    this.acks = acks;
    this.tally = tally;
  }

  @Override
  public void send(Notification notification) {
    pool.submit(() -> tally.send(() -> deliver(notification)));
  }

  private @Nullable Void deliver(Notification notification) throws ExecutionException, InterruptedException {
    List<Future<?>> channels = new ArrayList<>();
    for (long id : notification.deliveries()) {
      channels.add(pool.submit(() -> tally.work().counted(() -> deliver(id))));
    }
    for (Future<?> channel : channels) {
      channel.get();
    }
    return null;
  }

  private @Nullable Void deliver(long id) throws ExecutionException, InterruptedException {
    CompletableFuture<Void> acknowledged = acks.expect(id);
    client.sendAsync(Notification.request(service, id), HttpResponse.BodyHandlers.discarding()).whenComplete((response, failure) -> {
      if (failure != null || response.statusCode() >= 400) {
        logged.incrementAndGet();
      }
    });
    return acknowledged.get();
  }

  @Override
  public void close() {
    pool.shutdownNow();
    Ending.await(pool);
  }
}
