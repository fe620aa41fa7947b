package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Service;
import dev.lifecycle.ShutdownReport;
import dev.lifecycle.Supervisor;
import dev.lifecycle.flow.Batcher;
import dev.lifecycle.junit.VirtualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a shutdown of its supervisor means for a batcher that is open. */
@Timeout(20)
class BatcherShutdownTest {
  private static final Duration LONG = Duration.ofSeconds(10);

  private final VirtualClock clock = new VirtualClock();
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.name("batchers").clock(clock).failureListener(new RecordingListener()));
  private final Supervisor app = lifecycle.supervisor("app", o -> o);
  private final List<List<String>> batches = new CopyOnWriteArrayList<>();
  private final Batcher<String> batcher = Batcher.in(app, "app.write", 10, Duration.ofHours(1), batch -> batches.add(new ArrayList<>(batch)));

  @AfterEach
  void close() {
    app.close();
    lifecycle.close();
  }

  @Test
  void itHandsOverTheRestWhenTheOtherWorkHasEndedAndNoTimePasses() throws Exception {
    ParkedBody<String> body = ParkedBody.returning("late");
    app.start("app.producer", () -> batcher.put(body.call()));
    body.awaitEntered();
    batcher.put("early");
    Aside<ShutdownReport> shutdown = Aside.run(() -> app.shutdown(LONG, LONG)).awaitWaiting();
    assertThat(batches).as("it takes more while the work drains").isEmpty();
    body.release();
    ShutdownReport report = shutdown.get();
    assertThat(batches).containsExactly(List.of("early", "late"));
    assertThat(report.isClean()).isTrue();
    assertThat(clock.nanoTime()).isZero();
  }

  @Test
  void itOutlastsAServiceThatEndsWhenItsSupervisorDrains() throws Exception {
    ParkedBody<String> last = ParkedBody.returning("last");
    Service source = app.service("app.source", o -> o.endsOnDrain(), self -> batcher.put(last.call()));
    last.awaitEntered();
    Aside<ShutdownReport> shutdown = Aside.run(() -> app.shutdown(LONG, LONG)).awaitWaiting();
    last.release();
    assertThat(shutdown.get().isClean()).isTrue();
    assertThat(source.status()).isEqualTo(Service.Status.COMPLETED);
    assertThat(batches).containsExactly(List.of("last"));
  }

  @Test
  void whatItHasNotHandedOverAtTheEndOfTheDrainIsDropped() throws Exception {
    List<String> dropped = new CopyOnWriteArrayList<>();
    Supervisor other = lifecycle.supervisor("other", o -> o);
    ParkedBody<String> stuck = ParkedBody.returning("x");
    Batcher<String> slow = Batcher.in(other, "other.write", 1, LONG, o -> o.onDropped(dropped::add), batch -> stuck.call());
    slow.put("first");
    stuck.awaitEntered();
    slow.put("second");
    Aside<ShutdownReport> shutdown = Aside.run(() -> other.shutdown(LONG, LONG)).awaitWaiting();
    clock.advance(LONG);
    assertThat(shutdown.get().isClean()).isFalse();
    assertThat(dropped).containsExactly("second");
  }
}
