package dev.lifecycle.casestudies.notification;

import com.sun.net.httpserver.HttpExchange;
import dev.lifecycle.casestudies.net.HttpService;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The service that delivers notifications: takes them over HTTP and acknowledges each later, as a line on a connection that the subscriber opened.
 * It can be told to fail.
 */
final class Dependency implements AutoCloseable {
  private final ServerSocket acks = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
  private final Queue<HttpExchange> unanswered = new ConcurrentLinkedQueue<>();
  private final Object line = new Object();
  private final HttpService http;
  private final Socket subscriber;
  private final Socket accepted;
  private volatile boolean failing;

  Dependency() throws IOException {
    subscriber = new Socket(acks.getInetAddress(), acks.getLocalPort());
    accepted = acks.accept();
    accepted.setTcpNoDelay(true);
    http = new HttpService(8, this::take);
  }

  private void take(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    long id = Long.parseLong(path.substring(path.lastIndexOf('/') + 1));
    switch (Behaviour.of(id, failing)) {
      case OK -> {
        answer(exchange, 202);
        acknowledge(id);
      }
      case RESET -> exchange.close();
      case ERROR -> answer(exchange, 500);
      case NO_ACK -> answer(exchange, 202);
      case NO_ANSWER -> unanswered.add(exchange);
    }
  }

  private static void answer(HttpExchange exchange, int status) throws IOException {
    exchange.sendResponseHeaders(status, -1);
    exchange.close();
  }

  private void acknowledge(long id) throws IOException {
    byte[] text = (id + "\n").getBytes(StandardCharsets.US_ASCII);
    synchronized (line) {
      OutputStream out = accepted.getOutputStream();
      out.write(text);
      out.flush();
    }
  }

  /** Begins to fail. */
  void fail() {
    failing = true;
  }

  /** Is well again, as after a restart: the connections on which nothing was answered are gone. */
  void recover() {
    failing = false;
    dropUnanswered();
  }

  private void dropUnanswered() {
    for (HttpExchange exchange = unanswered.poll(); exchange != null; exchange = unanswered.poll()) {
      exchange.close();
    }
  }

  /** Where to deliver. */
  URI uri() {
    return http.uri("/notifications/");
  }

  /** The subscriber's end of the connection with the acknowledgements. */
  Socket subscriber() {
    return subscriber;
  }

  @Override
  public void close() throws IOException {
    dropUnanswered();
    http.close();
    subscriber.close();
    accepted.close();
    acks.close();
  }
}
