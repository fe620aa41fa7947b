package dev.lifecycle.stress;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Overflow;
import dev.lifecycle.RestartPolicy;
import dev.lifecycle.RestartStrategy;
import dev.lifecycle.Schedule;
import dev.lifecycle.Scope;
import dev.lifecycle.Service;
import dev.lifecycle.ShutdownReport;
import dev.lifecycle.Supervisor;
import dev.lifecycle.spi.ResourceKind;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** A service as people write them: a tree with a server socket, files, schedules, pools and a part that fails, to be deployed and shut down again and again. */
final class Deployment {
  private static final RestartPolicy RESTARTED = RestartPolicy.onFailure().backoff(Duration.ZERO, Duration.ofMillis(2)).limit(10_000, Duration.ofSeconds(1));
  private static final RestartStrategy[] STRATEGIES = {RestartStrategy.ONE_FOR_ONE, RestartStrategy.ONE_FOR_ALL, RestartStrategy.REST_FOR_ONE};

  final Supervisor app;
  private final ServerSocketChannel server;
  private final Path path;
  private final ExecutorService borrowed;
  private final ScheduledExecutorService timed;
  private final ExecutorService bounded;

  Deployment(Lifecycle lifecycle, Path path, ExecutorService pool, ScheduledExecutorService scheduled) throws Exception {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    app = lifecycle.supervisor("soak.app", o -> o.strategy(STRATEGIES[random.nextInt(3)]).grace(Duration.ofSeconds(30)));
    this.path = path;
    app.own(FileChannel.open(path, StandardOpenOption.WRITE), ResourceKind.FILE, "soak.file");
    server = app.own(ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)), ResourceKind.SOCKET, "soak.server");
    server.configureBlocking(false);
    app.service("soak.accept", RESTARTED, this::accept);
    app.service("soak.flaky", o -> o.restart(RESTARTED).readyWithin(Duration.ofSeconds(30)), this::flaky);
    app.supervisor("soak.feed", RESTARTED, o -> o.drain(Duration.ofMillis(1)), this::feed);
    app.every("soak.tick", Schedule.fixedRate(Duration.ofMillis(1)), Deployment::failAtTimes);
    borrowed = app.supervise("soak.pool", pool);
    timed = app.supervise("soak.timed", scheduled);
    bounded = app.executor("soak.bounded", 2, random.nextBoolean() ? Overflow.queue(16) : Overflow.CALLER_RUNS);
    timed.scheduleAtFixedRate(() -> {}, 0, 1, TimeUnit.MILLISECONDS);
    timed.scheduleWithFixedDelay(Deployment::failAtTimes, 1, 1, TimeUnit.MILLISECONDS);
    timed.schedule(() -> "never", 1, TimeUnit.HOURS);
  }

  /** With a selector: a blocking accept that an interrupt meets at its return loses the connection's descriptor in the JDK. */
  private void accept() throws Exception {
    try (Selector selector = Selector.open()) {
      server.register(selector, SelectionKey.OP_ACCEPT);
      for (;;) {
        selector.select();
        selector.selectedKeys().clear();
        if (Thread.currentThread().isInterrupted()) {
          throw new InterruptedException();
        }
        try (SocketChannel accepted = server.accept()) {
          failAtTimes();
          if (accepted != null) {
            accepted.write(ByteBuffer.wrap(new byte[] {1}));
          }
        }
      }
    }
  }

  private void flaky(Service self) throws Exception {
    self.ready();
    while (!self.isStopping()) {
      try (Scope batch = Scope.open("soak.batch")) {
        batch.fork("soak.part", () -> "part");
        batch.fork("soak.part", () -> "part");
        batch.join();
      }
      failAtTimes();
      TimeUnit.MICROSECONDS.sleep(200); // the work
    }
  }

  private void feed(Supervisor feed) throws Exception {
    FileChannel own = feed.defer(FileChannel.open(path, StandardOpenOption.READ));
    feed.service("soak.reader", RESTARTED, () -> {
      while (own.isOpen()) {
        own.read(ByteBuffer.allocate(16), 0);
        failAtTimes();
        TimeUnit.MICROSECONDS.sleep(300); // the work
      }
    });
    feed.every("soak.beat", Schedule.fixedDelay(Duration.ofMillis(1)), Deployment::failAtTimes);
  }

  private static void failAtTimes() {
    if (ThreadLocalRandom.current().nextInt(50) == 0) {
      throw new IllegalStateException("at times");
    }
  }

  /** One piece of load from outside; refused while the deployment ends. */
  void load() throws Exception {
    try {
      switch (ThreadLocalRandom.current().nextInt(7)) {
        case 0 -> app.fork("soak.request", () -> Scope.<String, Exception>call("soak.call", Duration.ofSeconds(5), scope -> scope.<String>fork("soak.part", () -> "part").get()));
        case 1 -> app.start("soak.effect", Deployment::failAtTimes);
        case 2 -> borrowed.submit(Deployment::failAtTimes);
        case 3 -> bounded.submit(Deployment::failAtTimes);
        case 4 -> timed.schedule(Deployment::failAtTimes, ThreadLocalRandom.current().nextInt(3), TimeUnit.MILLISECONDS);
        case 5 -> app.start("soak.insider", () -> borrowed.submit(() -> "from inside"));
        default -> connect();
      }
    } catch (RejectedExecutionException | IllegalStateException ended) {
      // it drains or is closed
    }
  }

  private void connect() {
    try (SocketChannel client = SocketChannel.open(server.getLocalAddress())) {
      client.socket().setTcpNoDelay(true);
    } catch (java.io.IOException ended) {
      // it is closed
    }
  }

  ShutdownReport shutDown() throws InterruptedException {
    return app.shutdown(Duration.ofMillis(ThreadLocalRandom.current().nextInt(4)), Duration.ofSeconds(30));
  }
}
