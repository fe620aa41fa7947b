package dev.lifecycle.casestudies.blocking;

import dev.lifecycle.AfterGrace;
import dev.lifecycle.Scope;
import dev.lifecycle.Task;
import dev.lifecycle.casestudies.measure.LiveWork;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The calls with lifecycle: each has a deadline, and each kind of wait is ended in the way that ends it. */
final class ScopedCalls implements Calls {
  private final InetSocketAddress server;
  private final HttpClient client;
  private final LegacyGateway gateway;
  private final Limits limits;
  private final Witness witness;

  ScopedCalls(InetSocketAddress server, HttpClient client, LegacyGateway gateway, Limits limits, Witness witness) {
    this.server = server;
    this.client = client;
    this.gateway = gateway;
    this.limits = limits;
    this.witness = witness;
  }

  @Override
  public void call(CallKind kind) throws Exception {
    switch (kind) {
      case SOCKET -> Scope.call("gateway.read", limits.timeout(), this::read);
      case HTTP -> Scope.call("gateway.request", limits.timeout(), scope -> send());
      case HIDDEN_SOCKET -> abandonable("gateway.hidden-read", gateway::read);
      case LOCK -> abandonable("gateway.exclusive-read", gateway::readExclusively);
    }
  }

  private int read(Scope scope) throws IOException {
    // Registered before it connects, so that the deadline ends the connecting too.
    try (Socket socket = scope.closeOnCancel(new Socket())) {
      socket.connect(server);
      return socket.getInputStream().read();
    }
  }

  private String send() throws IOException, InterruptedException {
    return client.send(FoundCalls.request(server), HttpResponse.BodyHandlers.ofString()).body();
  }

  /** There is no handle to close: the call is given up after its grace, and the task that still runs is named. */
  private void abandonable(String purpose, LiveWork.Body<Integer, IOException> call) throws InterruptedException {
    long start = System.nanoTime();
    AtomicReference<@Nullable Task<Integer>> task = new AtomicReference<>();
    try {
      Scope.<Integer, RuntimeException>call(purpose,
          o -> o.timeout(limits.timeout()).grace(limits.grace(), AfterGrace.ABANDON).listener(report -> witness.reported(report, start)),
          scope -> {
            Task<Integer> read = scope.fork(purpose, () -> witness.legacy(call));
            task.set(read);
            scope.join();
            return read.resultNow();
          });
    } finally {
      witness.given(task.get());
    }
  }

  /**
   * The limits of a call.
   *
   * @param timeout its deadline
   * @param grace what a body without a handle gets after that
   */
  record Limits(Duration timeout, Duration grace) {}
}
