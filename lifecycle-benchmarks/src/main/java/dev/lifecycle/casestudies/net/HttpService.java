package dev.lifecycle.casestudies.net;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An HTTP server of the JDK on loopback, with one handler and a fixed number of threads. */
public final class HttpService implements AutoCloseable {
  static {
    // The server writes headers and body apart; with Nagle's algorithm the second waits 40 ms for the client's delayed acknowledgement.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  private final HttpServer server;
  private final ExecutorService threads;

  /** Starts on a free port. */
  public HttpService(int threads, HttpHandler handler) throws IOException {
    this.threads = Executors.newFixedThreadPool(threads);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1_024);
    server.setExecutor(this.threads);
    server.createContext("/", handler);
    server.start();
  }

  /** The address of a path. */
  public URI uri(String path) {
    return URI.create("http://" + InetAddress.getLoopbackAddress().getHostAddress() + ':' + server.getAddress().getPort() + path);
  }

  /** Closes every connection and ends the threads. */
  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
