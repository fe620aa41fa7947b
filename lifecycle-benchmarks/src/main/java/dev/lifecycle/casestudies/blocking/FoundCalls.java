package dev.lifecycle.casestudies.blocking;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** The calls as found: nothing has a timeout, since the defaults have none. */
final class FoundCalls implements Calls {
  private final InetSocketAddress server;
  private final HttpClient client;
  private final LegacyGateway gateway;

  FoundCalls(InetSocketAddress server, HttpClient client, LegacyGateway gateway) {
    this.server = server;
    this.client = client;
    this.gateway = gateway;
  }

  @Override
  public void call(CallKind kind) throws Exception {
    switch (kind) {
      case SOCKET -> read();
      case HTTP -> client.send(request(server), HttpResponse.BodyHandlers.ofString());
      case HIDDEN_SOCKET -> gateway.read();
      case LOCK -> gateway.readExclusively();
    }
  }

  private int read() throws IOException {
    try (Socket socket = new Socket(server.getAddress(), server.getPort())) {
      return socket.getInputStream().read();
    }
  }

  /** A request to this server. */
  static HttpRequest request(InetSocketAddress server) {
    return HttpRequest.newBuilder(URI.create("http://" + server.getAddress().getHostAddress() + ':' + server.getPort() + "/quote")).build();
  }
}
