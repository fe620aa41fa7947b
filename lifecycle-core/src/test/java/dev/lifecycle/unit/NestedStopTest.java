package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.RestartPolicy;
import dev.lifecycle.RestartStrategy;
import dev.lifecycle.Service;
import dev.lifecycle.Service.Status;
import dev.lifecycle.ShutdownReport;
import dev.lifecycle.Supervisor;
import dev.lifecycle.junit.VirtualClock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How a supervisor ends that is a service of another. */
@Timeout(20)
class NestedStopTest {
  private static final Duration LONG = Duration.ofSeconds(10);

  private final VirtualClock clock = new VirtualClock();
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.name("nested").clock(clock).failureListener(new RecordingListener()));
  private final Supervisor app = lifecycle.supervisor("app", o -> o);
  private final List<String> ends = new CopyOnWriteArrayList<>();
  private final AtomicInteger setups = new AtomicInteger();

  @AfterEach
  void close() {
    app.close();
    lifecycle.close();
  }

  private void ready(Supervisor of, String purpose) throws InterruptedException {
    Service service = of.service(purpose, RestartPolicy.onFailure(), () -> {
      try {
        new CountDownLatch(1).await();
      } finally {
        ends.add(purpose);
      }
    });
    assertThat(service.awaitReady(LONG)).isTrue();
  }

  private Service feed() {
    return app.supervisor("feed", RestartPolicy.onFailure(), o -> o, nested -> {
      setups.incrementAndGet();
      ready(nested, "feed.first");
      ready(nested, "feed.second");
      ready(nested, "feed.third");
    });
  }

  @Test
  void itsServicesStopInTheReverseOfTheirStartOrderAtAShutdownAbove() throws Exception {
    ready(app, "app.before");
    Service feed = feed();
    assertThat(feed.awaitReady(LONG)).isTrue();
    ready(app, "app.after");
    ShutdownReport report = app.shutdown(LONG, LONG);
    assertThat(ends).containsExactly("app.after", "feed.third", "feed.second", "feed.first", "app.before");
    assertThat(report.services()).containsOnlyKeys("app.after", "feed", "app.before").containsEntry("feed", Status.STOPPED);
    assertThat(report.isClean()).isTrue();
  }

  @Test
  void aSupervisorWithAParentStopsItsServicesInOrderAtTheShutdownOfThat() throws Exception {
    Supervisor child = lifecycle.supervisor("child", o -> o.parent(app));
    ready(child, "child.first");
    ready(child, "child.second");
    ready(child, "child.third");
    assertThat(app.shutdown(LONG, LONG).isClean()).isTrue();
    assertThat(ends).containsExactly("child.third", "child.second", "child.first");
    assertThat(child.info().closed()).isTrue();
  }

  @Test
  void itsServicesStopInOrderWhenItAloneIsStopped() throws Exception {
    Service feed = feed();
    assertThat(feed.awaitReady(LONG)).isTrue();
    assertThat(feed.stop("enough")).isTrue();
    assertThat(feed.awaitEnd(LONG)).isTrue();
    assertThat(feed.status()).isEqualTo(Status.STOPPED);
    assertThat(ends).containsExactly("feed.third", "feed.second", "feed.first");
    assertThat(setups).hasValue(1);
  }

  @Test
  void itsServicesStopInOrderWhenItIsRestartedWithOthersAndThenItIsSetUpAnew() throws Exception {
    Supervisor group = lifecycle.supervisor("group", o -> o.strategy(RestartStrategy.ONE_FOR_ALL));
    Service feed = group.supervisor("feed", RestartPolicy.onFailure(), o -> o, nested -> {
      setups.incrementAndGet();
      ready(nested, "feed.first");
      ready(nested, "feed.second");
    });
    assertThat(feed.awaitReady(LONG)).isTrue();
    CountDownLatch fail = new CountDownLatch(1);
    AtomicInteger runs = new AtomicInteger();
    group.service("other", RestartPolicy.onFailure().backoff(Duration.ZERO, Duration.ZERO), () -> {
      if (runs.getAndIncrement() == 0) {
        fail.await();
        throw new IllegalStateException("down");
      }
      new CountDownLatch(1).await();
    });
    fail.countDown();
    await().until(() -> setups.get() == 2 && feed.status() == Status.RUNNING && runs.get() == 2);
    assertThat(ends).containsExactly("feed.second", "feed.first");
    assertThat(feed.restarts()).isEqualTo(1);
    group.close();
  }

  @Test
  void itIsNotSetUpAnewWhileTheRunBeforeHasWorkThatIgnoresItsCancel() throws Exception {
    ParkedBody<String> deaf = ParkedBody.stubborn("deaf");
    CountDownLatch fail = new CountDownLatch(1);
    Service feed = app.supervisor("feed", RestartPolicy.onFailure().backoff(Duration.ZERO, Duration.ZERO), o -> o, nested -> {
      if (setups.getAndIncrement() == 0) {
        nested.service("feed.deaf", RestartPolicy.never(), deaf::call);
        nested.service("feed.weak", RestartPolicy.onFailure().backoff(Duration.ZERO, Duration.ZERO).limit(1, LONG), () -> {
          fail.await();
          throw new IllegalStateException("down");
        });
      }
      ready(nested, "feed.good");
    });
    deaf.awaitEntered();
    fail.countDown();
    await().until(deaf::wasInterrupted);
    clock.advance(Duration.ofMinutes(1)); // long past the grace
    assertThat(setups).hasValue(1);
    deaf.release();
    await().until(() -> setups.get() == 2 && feed.status() == Status.RUNNING);
  }
}
