package dev.lifecycle.casestudies.notification;

import dev.lifecycle.Policy;
import dev.lifecycle.Scope;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** The sender with lifecycle: one deadline over a notification, and the first channel that fails ends the others. */
final class ScopedSender implements Sender {
  private final HttpClient client;
  private final URI service;
  private final Acknowledgements acks;
  private final Tally tally;
  private final Duration timeout;
  private final Scope scope = Scope.open("notification.service", o -> o.policy(Policy.SUPERVISE));

  ScopedSender(HttpClient client, URI service, Acknowledgements acks, Tally tally, Duration timeout) {
    this.client = client;
    this.service = service;
    this.acks = acks;
    this.tally = tally;
    this.timeout = timeout;
  }

  @Override
  public void send(Notification notification) {
    scope.start("notification.request", () -> tally.send(() -> deliver(notification)));
  }

  private @Nullable Void deliver(Notification notification) throws InterruptedException {
    return Scope.<@Nullable Void, RuntimeException>call("notification.send", timeout, channels -> {
      for (long id : notification.deliveries()) {
        channels.fork("notification.channel", () -> tally.work().counted(() -> deliver(id)));
      }
      channels.join();
      return null;
    });
  }

  private @Nullable Void deliver(long id) throws IOException, ExecutionException, InterruptedException {
    CompletableFuture<Void> acknowledged = acks.expect(id);
    try {
      HttpResponse<Void> response = client.send(Notification.request(service, id), HttpResponse.BodyHandlers.discarding());
      if (response.statusCode() >= 400) {
        throw new IOException("status " + response.statusCode());
      }
      return acknowledged.get();
    } finally {
      acks.forget(id);
    }
  }

  @Override
  public void close() {
    scope.close();
  }
}
