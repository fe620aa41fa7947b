package dev.lifecycle.casestudies.net;

import dev.lifecycle.casestudies.measure.Ending;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** Accepts connections on loopback, reads what it is sent, never answers, and closes its end only after the client has closed. */
public final class SilentServer implements AutoCloseable {
  private final Selector selector = Selector.open();
  private final ServerSocketChannel listener = ServerSocketChannel.open();
  private volatile boolean open = true;
  private final Thread thread = new Thread(this::serve, "case-silent-server");

  /** Starts on a free port. */
  public SilentServer() throws IOException {
    listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1_024);
    listener.configureBlocking(false);
    listener.register(selector, SelectionKey.OP_ACCEPT);
    thread.setDaemon(true);
    thread.start();
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return (InetSocketAddress) listener.socket().getLocalSocketAddress();
  }

  private void serve() {
    ByteBuffer trash = ByteBuffer.allocate(4_096);
    try (selector; listener) {
      while (open) {
        selector.select(key -> {
          if (key.isAcceptable()) {
            accept();
          } else {
            read(key, trash.clear());
          }
        });
      }
      selector.keys().forEach(SilentServer::close);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void accept() {
    try {
      SocketChannel connection = listener.accept();
      if (connection != null) {
        connection.configureBlocking(false);
        connection.register(selector, SelectionKey.OP_READ);
      }
    } catch (IOException e) {
      // The client has gone already.
    }
  }

  private static void read(SelectionKey key, ByteBuffer trash) {
    try {
      if (((SocketChannel) key.channel()).read(trash) < 0) {
        key.channel().close();
      }
    } catch (IOException e) {
      close(key);
    }
  }

  private static void close(SelectionKey key) {
    try {
      key.channel().close();
    } catch (IOException e) {
      // Nothing more can be done for this connection.
    }
  }

  /** Closes every connection: whoever still reads sees the end of the stream. */
  @Override
  public void close() {
    open = false;
    selector.wakeup();
    Ending.await(thread);
  }
}
