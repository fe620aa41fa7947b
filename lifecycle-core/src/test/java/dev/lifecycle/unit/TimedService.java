package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.lifecycle.CancelReason;
import dev.lifecycle.DeadlineExceededException;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.Scope;
import dev.lifecycle.ScopeCancelledException;
import dev.lifecycle.TaskCounts;
import dev.lifecycle.context.DeadlineHeader;
import dev.lifecycle.diagnostics.Snapshot;
import dev.lifecycle.spi.MonotonicClock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;

/** A service on a real socket, with a lifecycle of its own: each request is one call within the deadline of its caller. */
final class TimedService implements AutoCloseable {
  /** What it does for a request. */
  interface Work {
    String run(Scope scope, HttpExchange exchange) throws Exception;
  }

  /** The time that each request was given. */
  final BlockingQueue<Duration> given = new LinkedBlockingQueue<>();

  /** The scope of the first request. */
  final CompletableFuture<Scope> scope = new CompletableFuture<>();

  /** Why requests ended that did not end by themselves. */
  final BlockingQueue<CancelReason> cancelled = new LinkedBlockingQueue<>();

  private final String purpose;
  private final Lifecycle lifecycle;
  private final Duration max;
  private final Work work;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;

  TimedService(String purpose, MonotonicClock clock, Duration max, Work work) throws IOException {
    this.purpose = purpose;
    this.lifecycle = Lifecycle.create(o -> o.name(purpose).clock(clock));
    this.max = max;
    this.work = work;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  URI uri() {
    return URI.create("http://" + InetAddress.getLoopbackAddress().getHostAddress() + ':' + server.getAddress().getPort() + '/');
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Duration time = DeadlineHeader.clamp(exchange.getRequestHeaders().getFirst(DeadlineHeader.NAME), max);
      given.add(time);
      try {
        String text =
            lifecycle.call(purpose + ".handle", time, (Scope s) -> {
              scope.complete(s);
              return work.run(s, exchange);
            });
        respond(exchange, 200, text);
      } catch (DeadlineExceededException e) {
        cancelled.add(e.reason());
        respond(exchange, 504, e.getMessage());
      } catch (ScopeCancelledException e) {
        cancelled.add(e.reason());
        respond(exchange, 503, e.getMessage());
      } catch (Exception e) {
        respond(exchange, 500, e.toString());
      }
    }
  }

  private static void respond(HttpExchange exchange, int status, String text) throws IOException {
    if (exchange.getResponseCode() != -1) {
      return; // the work has begun to answer itself
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  /** Waits for the end of a request that was cut short. */
  CancelReason awaitCancelled() throws InterruptedException {
    CancelReason reason = cancelled.poll(10, TimeUnit.SECONDS);
    assertThat(reason).as("a request of %s was cut short", purpose).isNotNull();
    return reason;
  }

  /** Waits until nothing lives here, and checks that so many tasks were forked, all of which were cancelled. */
  void awaitQuietAfterCancelled(int tasks) {
    awaitQuietAfter(tasks);
    assertThat(sum(TaskCounts::cancelled)).as("cancelled in %s", purpose).isEqualTo(tasks);
  }

  /** Waits until nothing lives here, and checks that so many tasks were forked. */
  void awaitQuietAfter(int tasks) {
    await().untilAsserted(() -> assertThat(Snapshot.take(lifecycle)).extracting(Snapshot::scopes, Snapshot::tasks).as(purpose).containsExactly(0, 0));
    assertThat(sum(TaskCounts::live)).as("live in %s", purpose).isZero();
    assertThat(sum(TaskCounts::forked)).as("forked in %s", purpose).isEqualTo(tasks);
  }

  private long sum(ToLongFunction<TaskCounts> count) {
    return lifecycle.counts().values().stream().mapToLong(count).sum();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
    lifecycle.close();
  }
}
