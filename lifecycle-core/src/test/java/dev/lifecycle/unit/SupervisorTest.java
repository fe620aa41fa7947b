package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.RestartPolicy;
import dev.lifecycle.RestartStrategy;
import dev.lifecycle.Schedule;
import dev.lifecycle.Service;
import dev.lifecycle.ServiceFailure;
import dev.lifecycle.ShutdownReport;
import dev.lifecycle.Supervisor;
import dev.lifecycle.TaskFailedException;
import dev.lifecycle.diagnostics.Snapshot;
import dev.lifecycle.junit.VirtualClock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class SupervisorTest {
  private final VirtualClock clock = new VirtualClock();
  private final RecordingListener listener = new RecordingListener();
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.name("supervisors").clock(clock).failureListener(listener));

  @AfterEach
  void close() {
    lifecycle.close();
    assertThat(Snapshot.take(lifecycle).tasks()).isZero();
  }

  @Test
  void aServiceThatFailsIsStartedAgainAfterItsBackoff() throws Exception {
    Supervisor app = lifecycle.supervisor("app", o -> o);
    AtomicInteger runs = new AtomicInteger();
    ParkedBody<String> body = ParkedBody.returning("x");
    Service s = app.service("poller", RestartPolicy.onFailure().backoff(Duration.ofMillis(100), Duration.ofSeconds(5), 0), () -> {
      if (runs.incrementAndGet() <= 2) throw new IllegalStateException("down");
      body.call();
    });
    await().until(() -> s.status() == Service.Status.BACKOFF);
    assertThat(runs).hasValue(1);
    clock.advance(Duration.ofMillis(99));
    assertThat(runs).hasValue(1);
    clock.advance(Duration.ofMillis(1));
    await().until(() -> runs.get() == 2 && s.status() == Service.Status.BACKOFF);
    clock.advance(Duration.ofMillis(200));
    await().until(() -> runs.get() == 3);
    assertThat(s.awaitReady(Duration.ofSeconds(1))).isTrue();
    assertThat(s.restarts()).isEqualTo(2);
    ShutdownReport r = app.shutdown(Duration.ofSeconds(1), Duration.ofSeconds(1));
    assertThat(s.status()).isEqualTo(Service.Status.STOPPED);
  }

  @Test
  void escalation() throws Exception {
    Supervisor app = lifecycle.supervisor("app", o -> o.onServiceFailure(ServiceFailure.ESCALATE));
    Service other = app.service("other", RestartPolicy.onFailure(), ParkedBody.returning("x")::call);
    Service s = app.service("poller", RestartPolicy.onFailure().backoff(Duration.ZERO, Duration.ZERO).limit(3, Duration.ofSeconds(5)), () -> { throw new IllegalStateException("down"); });
    assertThat(app.awaitTermination(Duration.ofSeconds(5))).isTrue();
    assertThat(s.status()).isEqualTo(Service.Status.FAILED);
    assertThat(s.restarts()).isEqualTo(3);
    assertThat(other.status()).isEqualTo(Service.Status.STOPPED);
    assertThatThrownBy(app::close).isInstanceOf(TaskFailedException.class).hasRootCauseMessage("down");
  }

  @Test
  void nested() throws Exception {
    Supervisor app = lifecycle.supervisor("app", o -> o);
    AtomicInteger starts = new AtomicInteger();
    Service n = app.supervisor("feed", RestartPolicy.onFailure().backoff(Duration.ZERO, Duration.ZERO).limit(2, Duration.ofSeconds(5)), o -> o, nested -> {
      starts.incrementAndGet();
      nested.service("part", RestartPolicy.onFailure().backoff(Duration.ZERO, Duration.ZERO).limit(1, Duration.ofSeconds(5)), () -> { throw new IllegalStateException("down"); });
      nested.service("idle", RestartPolicy.onFailure(), ParkedBody.returning("x")::call);
    });
    assertThat(n.awaitEnd(Duration.ofSeconds(5))).isTrue();
    assertThat(n.status()).isEqualTo(Service.Status.FAILED);
    assertThat(starts).hasValue(3);
    app.close();
  }

  @Test
  void oneForAll() throws Exception {
    Supervisor app = lifecycle.supervisor("app", o -> o.strategy(RestartStrategy.ONE_FOR_ALL));
    List<String> events = new CopyOnWriteArrayList<>();
    AtomicInteger fails = new AtomicInteger();
    class Body { final String name; volatile ParkedBody<String> b = ParkedBody.returning("x"); Body(String n){name=n;}
      void run() throws Exception { events.add("start " + name); try { new java.util.concurrent.CountDownLatch(1).await(); } finally { events.add("end " + name);} } }
    Service a = app.service("a", RestartPolicy.onFailure(), new Body("a")::run);
    a.awaitReady(Duration.ofSeconds(5));
    java.util.concurrent.CountDownLatch fail = new java.util.concurrent.CountDownLatch(1);
    Service bb = app.service("b", RestartPolicy.onFailure().backoff(Duration.ZERO, Duration.ZERO), () -> { events.add("start b"); if (fails.getAndIncrement() == 0) { fail.await(); throw new IllegalStateException(); } new java.util.concurrent.CountDownLatch(1).await(); });
    bb.awaitReady(Duration.ofSeconds(5));
    Service c = app.service("c", RestartPolicy.onFailure(), new Body("c")::run);
    c.awaitReady(Duration.ofSeconds(5));
    await().until(() -> events.size() == 3);
    fail.countDown();
    await().until(() -> events.size() == 8);
    assertThat(events).startsWith("start a", "start b", "start c", "end c", "end a");
  }

  @Test
  void everyTicks() throws Exception {
    Supervisor app = lifecycle.supervisor("app", o -> o);
    AtomicInteger runs = new AtomicInteger();
    Service s = app.every("flush", Schedule.fixedDelay(Duration.ofSeconds(5)), runs::incrementAndGet);
    await().until(() -> clock.advanceToNextDeadline());
    await().until(() -> runs.get() == 1);
    await().until(() -> clock.advanceToNextDeadline());
    await().until(() -> runs.get() == 2);
    assertThat(s.status()).isEqualTo(Service.Status.RUNNING);
    app.drain();
    assertThat(s.awaitEnd(Duration.ofSeconds(1))).isTrue();
    assertThat(app.awaitTermination(Duration.ofSeconds(1))).isTrue();
    app.close();
  }

  @Test
  void scheduled() throws Exception {
    ScheduledExecutorService pool = Executors.newScheduledThreadPool(1);
    Supervisor app = lifecycle.supervisor("app", o -> o);
    ScheduledExecutorService view = app.supervise("jobs", pool);
    ScheduledFuture<String> f = view.schedule(() -> Thread.currentThread().getName(), 5, TimeUnit.SECONDS);
    assertThat(f.getDelay(TimeUnit.SECONDS)).isEqualTo(5);
    assertThat(f.isDone()).isFalse();
    clock.advance(Duration.ofSeconds(5));
    assertThat(f.get()).startsWith("pool-");
    AtomicInteger runs = new AtomicInteger();
    ScheduledFuture<?> p = view.scheduleAtFixedRate(runs::incrementAndGet, 1, 1, TimeUnit.SECONDS);
    clock.advance(Duration.ofSeconds(1));
    await().until(() -> runs.get() == 1);
    ScheduledFuture<String> far = view.schedule(() -> "far", 1, TimeUnit.HOURS);
    ShutdownReport r = app.shutdown(Duration.ofSeconds(1), Duration.ofSeconds(1));
    assertThat(far.isCancelled()).isTrue();
    await().until(p::isCancelled);
    assertThat(pool.isShutdown()).isFalse();
    pool.shutdown();
  }

  @Test
  void orphanIsNamed() throws Exception {
    Supervisor app = lifecycle.supervisor("app", o -> o);
    ParkedBody<String> stubborn = ParkedBody.stubborn("s");
    ParkedBody<String> stubbornService = ParkedBody.stubborn("s");
    app.fork("task", stubborn);
    app.service("svc", RestartPolicy.never(), stubbornService::call);
    stubborn.awaitEntered(); stubbornService.awaitEntered();
    Aside<ShutdownReport> aside = Aside.run(() -> app.shutdown(Duration.ofSeconds(1), Duration.ofSeconds(1)));
    await().until(() -> { clock.advanceToNextDeadline(); return aside.isDone(); });
    assertThat(aside.get().orphans()).hasSize(2);
    assertThat(clock.nanoTime()).isLessThan(2_250_000_000L);
    stubborn.release(); stubbornService.release();
    await().until(() -> Snapshot.take(lifecycle).tasks() == 0);
  }
}
