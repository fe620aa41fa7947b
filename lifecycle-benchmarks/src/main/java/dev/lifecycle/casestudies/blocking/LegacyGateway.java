package dev.lifecycle.casestudies.blocking;

import dev.lifecycle.casestudies.measure.Ending;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/** Somebody else's client, which nobody can change: it hides its socket, and its lock is held by one who does not come back. */
final class LegacyGateway implements AutoCloseable {
  private final InetSocketAddress server;
  private final Lock lock = new ReentrantLock();
  private final CountDownLatch held = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);
  private final Thread holder = new Thread(this::hold, "case-lock-holder");

  LegacyGateway(InetSocketAddress server) throws InterruptedException {
    this.server = server;
    holder.setDaemon(true);
    holder.start();
    held.await();
  }

  private void hold() {
    lock.lock();
    try {
      held.countDown();
      released.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  /** Reads an answer from a socket of its own. */
  int read() throws IOException {
    try (Socket socket = new Socket(server.getAddress(), server.getPort())) {
      return socket.getInputStream().read();
    }
  }

  /** Waits for the lock. */
  int readExclusively() {
    lock.lock();
    try {
      return 0;
    } finally {
      lock.unlock();
    }
  }

  /** Lets the lock go. */
  @Override
  public void close() {
    released.countDown();
    Ending.await(holder);
  }
}
