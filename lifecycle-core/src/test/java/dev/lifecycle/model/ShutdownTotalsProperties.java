package dev.lifecycle.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.OrphanReport;
import dev.lifecycle.Overflow;
import dev.lifecycle.Policy;
import dev.lifecycle.Scope;
import dev.lifecycle.ShutdownReport;
import dev.lifecycle.Supervisor;
import dev.lifecycle.TaskCounts;
import dev.lifecycle.internal.Timers;
import dev.lifecycle.junit.VirtualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.function.Predicate;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The totals of a shutdown's report against what bodies of every kind, wherever they run, really did. */
class ShutdownTotalsProperties {
  private static final Duration DRAIN = Duration.ofSeconds(10);
  private static final Duration GRACE = Duration.ofSeconds(3);

  /** Where a task runs: in the supervisor, in a child, in an executor of it, or queued behind the limit of one, where it never begins. */
  enum Place {
    APP,
    CHILD,
    EXECUTOR,
    QUEUE
  }

  record Work(Place place, MixedBody.Kind kind) {}

  @Provide
  Arbitrary<List<Work>> mixes() {
    return Combinators.combine(Arbitraries.of(Place.class), Arbitraries.of(MixedBody.Kind.class)).as(Work::new).list().ofMaxSize(12);
  }

  // New for each try.
  private VirtualClock clock;
  private Lifecycle lifecycle;
  private Map<MixedBody, Place> begun;
  private int queued;

  @Property(tries = 150)
  void theTotalsAreWhatHappened(@ForAll("mixes") List<Work> mix) throws Exception {
    clock = new VirtualClock();
    lifecycle = Lifecycle.create(o -> o.clock(clock).failureListener(report -> {}));
    begun = new HashMap<>();
    queued = 0;
    try {
      check(mix);
    } finally {
      begun.keySet().forEach(MixedBody::letGo);
      lifecycle.close();
    }
  }

  private void check(List<Work> mix) throws Exception {
    Supervisor app = lifecycle.supervisor("app", o -> o.drain(Duration.ZERO));
    start(app, mix);
    CompletableFuture<ShutdownReport> shutdown = new CompletableFuture<>();
    Thread thread = new Thread(() -> {
      try {
        shutdown.complete(app.shutdown(DRAIN, GRACE));
      } catch (Throwable t) {
        shutdown.completeExceptionally(t);
      }
    });
    thread.start();
    until(() -> thread.getState() != Thread.State.RUNNABLE && thread.getState() != Thread.State.NEW);
    begun.keySet().stream().filter(MixedBody::drains).forEach(MixedBody::letGo);
    until(() -> live() == begun.size() + queued - bodies(MixedBody::drains).size());
    if (live() > 0) {
      until(() -> clock.sleepers() == 1);
      clock.advance(DRAIN);
      passGrace(bodies(MixedBody::isStubborn));
    }
    compare(shutdown.get());
  }

  private void start(Supervisor app, List<Work> mix) throws Exception {
    Scope child = app.child("app.child", o -> o.policy(Policy.SUPERVISE));
    ExecutorService executor = app.executor("app.executor", 64, Overflow.REJECT);
    ExecutorService queue = app.executor("app.queue", 1, Overflow.queue(64));
    for (Work work : mix) {
      MixedBody body = new MixedBody(work.kind());
      if (work.place() == Place.QUEUE) {
        if (queued++ == 0) {
          MixedBody first = new MixedBody(MixedBody.Kind.OBEYS);
          begun.put(first, Place.QUEUE);
          queue.submit(first);
          first.begun.await();
        }
        queue.submit(body);
        continue;
      }
      begun.put(body, work.place());
      switch (work.place()) {
        case APP -> app.fork("app.app", body);
        case CHILD -> child.fork("app.child", body);
        default -> executor.submit(body);
      }
      body.begun.await();
    }
  }

  private void passGrace(List<MixedBody> stubborn) {
    for (MixedBody body : bodies(b -> !b.drains())) {
      until(() -> body.interrupts.get() >= 1);
    }
    if (stubborn.isEmpty()) {
      return;
    }
    awaitGraces(stubborn);
    clock.advance(GRACE);
    for (MixedBody body : stubborn) {
      until(() -> body.interrupts.get() >= 2);
    }
    List<MixedBody> stuck = bodies(b -> b.kind == MixedBody.Kind.STUCK);
    if (!stuck.isEmpty()) {
      awaitGraces(stuck);
      clock.advance(Duration.ofMillis(100));
    }
  }

  /** One for each place that has such bodies, and one for failures that nobody has asked for. */
  private void awaitGraces(List<MixedBody> bodies) {
    Set<Place> places = new HashSet<>();
    bodies.forEach(body -> places.add(begun.get(body)));
    int unseen = bodies(b -> b.kind == MixedBody.Kind.FAILS_IN_DRAIN || b.kind == MixedBody.Kind.FAILS).isEmpty() ? 0 : 1;
    until(() -> live() == bodies.size() && Timers.pending(lifecycle) == places.size() + unseen);
  }

  private void compare(ShutdownReport report) {
    Map<String, Integer> cancelled = new HashMap<>();
    List<String> orphans = new ArrayList<>();
    begun.forEach((body, place) -> {
      if (body.kind == MixedBody.Kind.STUCK) {
        orphans.add(purpose(place));
      } else if (!body.drains()) {
        cancelled.merge(purpose(place), 1, Integer::sum);
      }
    });
    if (queued > 0) {
      cancelled.merge("app.queue", queued, Integer::sum);
    }
    assertThat(report.drained()).isEqualTo(bodies(MixedBody::drains).size());
    assertThat(report.cancelledByPurpose()).isEqualTo(cancelled);
    assertThat(report.cancelled()).isEqualTo(cancelled.values().stream().mapToInt(Integer::intValue).sum());
    assertThat(report.orphans()).extracting(OrphanReport.Orphan::purpose).containsExactlyInAnyOrderElementsOf(orphans);
    assertThat(report.isClean()).isEqualTo(cancelled.isEmpty() && orphans.isEmpty());
    assertThat(report.took()).isEqualTo(Duration.ofNanos(clock.nanoTime()));
    assertThat(report.drained() + report.cancelled() + report.orphans().size()).isEqualTo(begun.size() + queued);
    assertThat(sum(TaskCounts::live)).isEqualTo(orphans.size());
    assertThat(sum(TaskCounts::orphaned)).isEqualTo(orphans.size());
    assertThat(sum(TaskCounts::forked)).isEqualTo(begun.size() + queued);
    assertThat(sum(TaskCounts::succeeded)).isEqualTo(bodies(b -> b.kind == MixedBody.Kind.DRAINS).size());
    assertThat(sum(TaskCounts::failed)).isEqualTo(bodies(b -> b.kind == MixedBody.Kind.FAILS || b.kind == MixedBody.Kind.FAILS_IN_DRAIN).size());
  }

  private static String purpose(Place place) {
    return "app." + place.name().toLowerCase(java.util.Locale.ROOT);
  }

  private List<MixedBody> bodies(Predicate<MixedBody> which) {
    return begun.keySet().stream().filter(which).toList();
  }

  private long live() {
    return sum(TaskCounts::live);
  }

  private long sum(java.util.function.ToLongFunction<TaskCounts> count) {
    return lifecycle.counts().values().stream().mapToLong(count).sum();
  }

  private static void until(Callable<Boolean> condition) {
    await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1)).until(condition);
  }
}
