package dev.lifecycle.unit;

import dev.lifecycle.FailureReport;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.RestartPolicy;
import dev.lifecycle.ShutdownReport;
import dev.lifecycle.Supervisor;
import dev.lifecycle.SupervisorOptions;
import dev.lifecycle.diagnostics.Snapshot;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;

/** A process of its own that {@link JvmHookTest} starts, stops and reads. What happens is printed, a line each. */
final class HookedChild {
  private HookedChild() {}

  /**
   * Runs one of the cases.
   *
   * @param arguments the case, and {@code exit} or {@code wait}
   */
  public static void main(String[] arguments) throws Exception {
    switch (arguments[0]) {
      case "services" -> services();
      case "stuck" -> stuck();
      case "cleanup" -> open(o -> o).defer(() -> awaitDeaf(new CountDownLatch(1)));
      case "waiting" -> waiting();
      case "closed" -> closed();
      case "late" -> late();
      default -> throw new IllegalArgumentException(arguments[0]);
    }
    say("ready");
    if (arguments[1].equals("exit")) {
      System.exit(0);
    }
    new CountDownLatch(1).await();
  }

  private static Supervisor open(UnaryOperator<SupervisorOptions> options) {
    return Supervisor.open("app", o -> options.apply(o.drain(Duration.ofSeconds(1)).grace(Duration.ofSeconds(1)).listener(HookedChild::heard).closeOnJvmShutdown()));
  }

  private static void heard(FailureReport report) {
    say(report.kind() + " " + report.purpose());
  }

  private static void services() throws Exception {
    Supervisor app = open(o -> o.grace(Duration.ofSeconds(5)));
    for (String name : new String[] {"app.one", "app.two"}) {
      CountDownLatch begun = new CountDownLatch(1);
      app.service(name, RestartPolicy.onFailure(), () -> {
        begun.countDown();
        try {
          new CountDownLatch(1).await();
        } finally {
          say("ended " + name);
        }
      });
      begun.await();
    }
    app.defer(() -> say("cleaned first"));
    app.defer(() -> say("cleaned second"));
    Runtime.getRuntime().addShutdownHook(new Thread(() -> { // whoever joins in gets the same report
      try {
        ShutdownReport report = app.shutdown(Duration.ofMinutes(1), Duration.ofMinutes(1));
        say("clean " + report.isClean() + " " + report.services());
      } catch (InterruptedException e) {
        say("interrupted");
      }
    }));
  }

  private static void stuck() throws Exception {
    Supervisor app = open(o -> o);
    CountDownLatch begun = new CountDownLatch(1);
    app.start("app.stuck", () -> {
      begun.countDown();
      awaitDeaf(new CountDownLatch(1));
    });
    begun.await();
  }

  private static void waiting() throws Exception {
    Supervisor app = open(o -> o.grace(Duration.ofSeconds(1), dev.lifecycle.AfterGrace.WAIT));
    CountDownLatch begun = new CountDownLatch(1);
    app.service("app.stuck", RestartPolicy.never(), () -> {
      begun.countDown();
      awaitDeaf(new CountDownLatch(1));
    });
    begun.await();
    app.defer(() -> say("cleaned"));
  }

  private static void closed() throws Exception {
    for (int i = 0; i < 10_000; i++) {
      open(o -> o.drain(Duration.ofHours(1))).close();
    }
    Runtime runtime = Runtime.getRuntime();
    for (int i = 0; i < 50; i++) { // a hook that is left would hold this much
      byte[] held = new byte[(int) Math.min(16L << 20, runtime.maxMemory() / 4)];
      Supervisor parent = Supervisor.open("parent", o -> o);
      Supervisor app = open(o -> o.parent(parent));
      app.defer(() -> {
        if (held.length == 0) {
          throw new IllegalStateException();
        }
      });
      parent.close();
    }
  }

  private static void late() {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> {
      try {
        open(o -> o);
        say("opened");
      } catch (IllegalStateException e) {
        say("refused, scopes " + Snapshot.take(Lifecycle.system()).scopes());
      }
    }));
  }

  private static void awaitDeaf(CountDownLatch latch) {
    for (;;) {
      try {
        latch.await();
        return;
      } catch (InterruptedException e) {
        // that is the point
      }
    }
  }

  private static void say(String line) {
    System.out.println(line);
    System.out.flush();
  }
}
