package dev.lifecycle.pool.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.Lease;
import dev.lifecycle.LeaseClosedException;
import dev.lifecycle.pool.AcquireRejectedException;
import dev.lifecycle.pool.AcquireTimeoutException;
import dev.lifecycle.pool.ObjectPool;
import dev.lifecycle.pool.PoolClosedException;
import dev.lifecycle.pool.PoolStats;
import dev.lifecycle.pool.rooms.ManualRoom;
import dev.lifecycle.pool.rooms.Owner;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Runs a sequence of steps on a real pool, in one thread, and keeps a {@link PoolModel} beside it. What a step must do to the figures the driver works out from
 * the figures before it; which object is given, checked or destroyed the pool may choose, and the model says whether it could.
 */
final class PoolDriver {
  /** A pooled object. */
  static final class Obj {
    final int id;

    Obj(int id) {
      this.id = id;
    }

    @Override
    public String toString() {
      return "object " + id;
    }
  }

  private final PoolPlan plan;
  private final Set<Object> retired = Collections.newSetFromMap(new IdentityHashMap<>()); // checks that began before everything idle was to go
  private final ManualRoom room = new ManualRoom(Duration.ZERO);
  private final PoolModel model;
  private final ObjectPool<Obj> pool;
  private final List<PoolModel.Given> leases = new ArrayList<>();
  private final List<Asked> asked = new ArrayList<>(); // in the order of the line
  private boolean bad;
  private boolean nullIsBad;
  private boolean hookRan;
  private AssertionError violation; // found in a hook, where the pool catches it

  /** A future that was asked for. */
  private static final class Asked {
    final CompletableFuture<Lease<Obj>> future;
    final long deadline;
    boolean queued = true;
    boolean served;
    boolean cancelled;
    boolean told;
    Class<? extends Throwable> failure;

    Asked(CompletableFuture<Lease<Obj>> future, long deadline) {
      this.future = future;
      this.deadline = deadline;
    }
  }

  PoolDriver(PoolPlan plan) {
    this.plan = plan;
    this.model = new PoolModel(plan);
    this.pool = plan.build(Owner.of(room), this);
  }

  // ---- the hooks

  Obj create() {
    if (bad) {
      if (nullIsBad) {
        return null;
      }
      throw new IllegalStateException("create");
    }
    return model.created(now());
  }

  void destroy(Obj obj) {
    hookRan = true;
    expect(() -> model.destroy(obj, now()));
    if (bad) {
      model.destroyFailures++;
      throw new IllegalStateException("destroy");
    }
  }

  void reset(Obj obj) {
    hookRan = true;
    if (bad) {
      throw new IllegalStateException("reset");
    }
  }

  void revoked(Obj obj) {
    hookRan = true;
    expect(() -> model.revokeHook(obj));
    if (bad) {
      throw new IllegalStateException("revoke");
    }
  }

  boolean check(Obj obj) {
    expect(() -> model.check(obj, now(), !bad));
    if (bad && nullIsBad) {
      throw new IllegalStateException("check");
    }
    return !bad;
  }

  private void expect(Runnable expectation) {
    try {
      expectation.run();
    } catch (AssertionError e) {
      violation = violation == null ? e : violation;
    }
  }

  // ---- steps

  void run(List<PoolStep> steps) {
    for (PoolStep step : steps) {
      bad = false;
      step(step);
      compare();
    }
    finish();
  }

  private void step(PoolStep step) {
    int which = step.which();
    switch (step.kind()) {
      case TRY -> take(false);
      case ACQUIRE_NOW -> take(true);
      case ASYNC -> ask(new int[] {1_000_000, 10, 40, 1_000}[which % 4]);
      case ASYNC_NOW -> ask(0);
      case CLOSE_LEASE -> pick(true, which, this::closeLease);
      case CLOSE_LEASE_BADLY -> {
        bad = true;
        pick(true, which, this::closeLease);
      }
      case CLOSE_STALE -> pick(false, which, this::closeLease);
      case INVALIDATE -> pick(which < 9, which, this::invalidate);
      case DETACH -> pick(which < 9, which, this::detach);
      case CANCEL -> cancel(which);
      case RUN -> runJob(which);
      case RUN_BADLY -> {
        bad = true;
        nullIsBad = which % 2 == 0;
        runJob(which);
      }
      case RUN_ALL -> runAll();
      case ADVANCE -> advance(new int[] {1, 5, 10, 20, 31, 51, 1_001}[which % 7]);
      case RESIZE -> resize(1 + which % 5);
      case RETIRE_IDLE -> retireIdle();
      case SETTLE -> settle();
      case INITIATE_CLOSE -> initiateClose();
      default -> closePool();
    }
  }

  private void pick(boolean open, int which, java.util.function.Consumer<PoolModel.Given> step) {
    List<PoolModel.Given> some = leases.stream().filter(given -> given.isHeld() == open).toList();
    if (!some.isEmpty()) {
      step.accept(some.get(which % some.size()));
    }
  }

  private long now() {
    return room.clock().nanoTime();
  }

  /** How many are being destroyed or checked, or wait for it. */
  private int ending(PoolStats s) {
    return s.size() - s.idle() - s.leased() - s.creating() - room.pending("check");
  }

  /** Whether an object that comes back now would be one too many. */
  private boolean isExcessive(PoolStats s) {
    return s.size() - ending(s) > s.limit();
  }

  private void take(boolean throwing) {
    PoolStats before = pool.stats();
    boolean mustGive = before.idle() > 0 && !model.isAnyStale(now());
    Lease<Obj> lease = null;
    try {
      lease = throwing ? pool.acquire(Duration.ZERO) : pool.tryAcquire();
      assertThat(model.closed).as("a closed pool gave an answer").isFalse();
    } catch (PoolClosedException e) {
      assertThat(model.closed).as("closed").isTrue();
      return;
    } catch (AcquireTimeoutException e) {
      assertThat(e.size()).isEqualTo(before.limit());
      assertThat(e.inUse()).isEqualTo(before.leased());
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    model.warm = true;
    if (lease == null) {
      assertThat(mustGive).as("a good object was idle and nothing was given").isFalse();
    } else {
      assertThat(before.idle()).as("idle before one was given").isPositive();
      assertThat(queued()).as("waiters that were passed over").isZero();
      model.claims++;
      given(lease, now());
      assertThat(pool.stats().idle()).isLessThan(before.idle());
    }
  }

  private void given(Lease<Obj> lease, long when) {
    leases.add(model.given(lease, when));
  }

  private int queued() {
    return (int) asked.stream().filter(a -> a.queued).count();
  }

  private void ask(int millis) {
    PoolStats before = pool.stats();
    int line = queued();
    boolean mustGive = before.idle() > 0 && !model.isAnyStale(now());
    Asked ask = new Asked(pool.acquireAsync(Duration.ofMillis(millis)), now() + PoolPlan.nanos(millis));
    asked.add(ask);
    PoolStats after = pool.stats();
    model.warm |= !model.closed;
    ask.queued = false;
    if (model.closed) {
      ask.failure = PoolClosedException.class;
    } else if (after.pending() > line) {
      assertThat(mustGive && line == 0).as("it waits although a good object is idle").isFalse();
      assertThat(millis).isPositive();
      ask.queued = true;
      model.waits++;
    } else if (after.leased() > before.leased()) {
      assertThat(line).as("waiters that were passed over").isZero();
      served(ask);
    } else {
      assertThat(mustGive && line == 0).as("it was refused although a good object is idle").isFalse();
      if (millis > 0) {
        assertThat(line).isGreaterThanOrEqualTo(plan.maxWaiters()); // more: those for whom an object is on its way do not count, until it fails
        ask.failure = AcquireRejectedException.class;
        model.rejections++;
      } else {
        ask.failure = AcquireTimeoutException.class;
      }
    }
  }

  private void served(Asked ask) {
    ask.queued = false;
    ask.served = true;
    ask.failure = null;
    model.claims++;
    model.servedAt.put(ask.future, now());
    model.undelivered++;
  }

  /** So many of the oldest in line must have been served. */
  private void expectServed(int count) {
    assertThat(pool.stats().pending()).as("waiters after %s should have been served", count).isEqualTo(queued() - count);
    for (int i = 0; i < count; i++) {
      served(asked.stream().filter(a -> a.queued).findFirst().orElseThrow());
    }
  }

  private void expectBack(PoolStats before, boolean doomed, boolean tooOld) {
    expectBack(before, doomed, tooOld, false);
  }

  /**
   * What becomes of an object that comes back: to the next in line, to the idle, or to its end; one that is too old may be found later, and one that must be asked
   * each time is asked before the next in line gets it.
   */
  private void expectBack(PoolStats before, boolean doomed, boolean tooOld, boolean mustBeAsked) {
    PoolStats after = pool.stats();
    boolean asked = mustBeAsked && before.pending() > 0;
    boolean handed = !doomed && !tooOld && !asked && before.pending() > 0;
    expectServed(handed ? 1 : 0);
    int idle = before.idle() + (doomed || handed ? 0 : 1);
    assertThat(after.idle()).as("idle").isBetween(tooOld || asked ? before.idle() : idle, idle);
  }

  private void closeLease(PoolModel.Given given) {
    PoolStats before = pool.stats();
    boolean excessive = isExcessive(before);
    hookRan = false;
    given.lease.close();
    if (given.isOpen()) {
      assertThat(hookRan).as("reset ran").isEqualTo(plan.resets());
      boolean doomed = model.closed || excessive || bad && plan.resets();
      model.ended(given, now(), doomed);
      expectBack(before, doomed, model.isTooOld(given.obj, now()), plan.validates() && plan.validateAfter() == 0);
    } else {
      assertThat(hookRan).as("reset ran for a stale close").isFalse();
      model.closedStale(given);
      unchanged(before);
    }
  }

  private void unchanged(PoolStats before) {
    PoolStats after = pool.stats();
    assertThat(after.idle()).isEqualTo(before.idle());
    assertThat(after.size()).isEqualTo(before.size());
    expectServed(0);
  }

  private void invalidate(PoolModel.Given given) {
    PoolStats before = pool.stats();
    given.lease.invalidate();
    if (given.isOpen()) {
      model.ended(given, now(), true);
    } else if (given.revoked) {
      model.letGo(given);
    }
    given.endedByWord = true;
    unchanged(before);
  }

  private void detach(PoolModel.Given given) {
    if (given.isOpen()) {
      assertThat(pool.detach(given.lease)).isSameAs(given.obj);
      given.endedByWord = true;
      model.detached(given);
      expectServed(0);
    } else {
      assertThatThrownBy(() -> pool.detach(given.lease)).isInstanceOf(LeaseClosedException.class);
    }
  }

  private void cancel(int which) {
    List<Asked> open = asked.stream().filter(a -> !a.future.isDone()).toList();
    if (!open.isEmpty()) {
      Asked ask = open.get(which % open.size());
      ask.future.cancel(false);
      ask.cancelled = true;
      ask.queued = false;
      expectServed(0);
    }
  }

  private void runJob(int which) {
    if (room.pending() == 0) {
      return;
    }
    int index = which % room.pending();
    String what = room.what(index);
    boolean toGo = retired.remove(room.job(index));
    PoolStats before = pool.stats();
    boolean excessive = isExcessive(before);
    hookRan = false;
    room.run(index);
    PoolStats after = pool.stats();
    switch (what) {
      case "create" -> {
        if (bad) {
          model.createFailures += model.closed ? 0 : 1;
          model.lastFailure = now();
          expectServed(0);
        } else {
          if (excessive) {
            model.dooms(model.last());
          }
          expectBack(before, model.closed || excessive, false);
        }
      }
      case "check" -> {
        model.invalid += bad ? 1 : 0;
        Obj obj = model.lastChecked;
        boolean doomed = bad || toGo || model.closed || excessive || model.isTooOld(obj, now());
        if (doomed) {
          model.dooms(obj);
        }
        if (after.idle() < before.idle() && !doomed) { // the next check has begun, or one was found to be too old
          assertThat(model.isAnyStale(now())).isTrue();
        } else if (!model.isAnyStale(now())) {
          expectBack(before, doomed, false);
        } else {
          expectServed(!doomed && before.pending() > 0 ? 1 : 0);
        }
      }
      default -> disposal(before, after, excessive);
    }
  }

  /** A destruction, a call of a hook, or the delivery of a lease or a failure: seen by what it did. */
  private void disposal(PoolStats before, PoolStats after, boolean excessive) {
    if (!hookRan || model.undelivered > 0) {
      for (Asked ask : asked) {
        if (ask.served && !ask.told && ask.future.isDone() && !ask.cancelled) {
          ask.told = true;
          model.undelivered--;
          long when = model.servedAt.get(ask.future);
          given(ask.future.join(), when);
          expectServed(0);
          return;
        }
      }
    }
    boolean freed = after.leased() < before.leased() || after.pending() < before.pending() || after.destroyed() == before.destroyed() && hookRan && plan.resets() && !plan.revokes();
    if (freed && asked.stream().anyMatch(a -> a.served && a.cancelled && !a.told)) {
      asked.stream().filter(a -> a.served && a.cancelled && !a.told).findFirst().orElseThrow().told = true;
      model.undelivered--;
      model.freedUnseen(now());
      expectServed(before.pending() - after.pending());
      assertThat(before.pending() - after.pending()).isBetween(0, 1);
      assertThat(after.pending() == before.pending() || !excessive && !model.closed).isTrue();
    } else {
      expectServed(0);
    }
  }

  private void runAll() {
    for (int i = 0; room.pending() > 0; i++) {
      assertThat(i).as("jobs that cause jobs").isLessThan(1_000);
      runJob(0);
      compare();
    }
  }

  private void advance(int millis) {
    PoolStats before = pool.stats();
    room.advance(Duration.ofMillis(millis));
    for (Asked ask : asked) {
      if (ask.queued && ask.deadline <= now()) {
        ask.queued = false;
        ask.failure = AcquireTimeoutException.class;
        model.timeouts++;
      }
    }
    expectServed(0);
    if (!model.isAnyStale(now())) {
      assertThat(pool.stats().idle()).isEqualTo(before.idle());
    }
  }

  private void resize(int size) {
    PoolStats before = pool.stats();
    int surplus = Math.max(0, before.size() - ending(before) - size);
    int swept = Math.min(surplus, before.idle());
    pool.resize(size);
    if (!model.closed) {
      model.limit = size;
      model.swept += swept;
      if (!model.isAnyStale(now())) {
        assertThat(pool.stats().idle()).isEqualTo(before.idle() - swept);
      }
    }
    expectServed(0);
  }

  private void retireIdle() {
    for (int i = 0; i < room.pending(); i++) {
      if (room.what(i).equals("check")) {
        retired.add(room.job(i));
      }
    }
    model.sweep();
    pool.retireIdle();
    assertThat(pool.stats().idle()).isZero();
    expectServed(0);
  }

  private void initiateClose() {
    boolean first = !model.closed;
    if (first) {
      model.closed = true;
      model.sweep();
      asked.stream().filter(a -> a.queued).forEach(a -> a.failure = PoolClosedException.class);
      asked.forEach(a -> a.queued = false);
    }
    pool.initiateClose();
    assertThat(pool.stats().idle()).isZero();
    assertThat(pool.stats().creating()).isZero();
  }

  private void closePool() {
    initiateClose();
    if (model.revokedAll) {
      pool.close();
      return;
    }
    model.revokeAll(leases);
    pool.close();
  }

  // ---- what must hold

  private void settle() {
    runAll();
    bad = false;
    advance(1_001); // past every backoff, and a look of the patrol
    runAll();
    PoolStats s = pool.stats();
    if (model.closed) {
      assertThat(s.size()).isEqualTo(s.leased());
      return;
    }
    assertThat(s.idle() + s.leased()).as("nothing is on its way").isEqualTo(s.size());
    assertThat(s.size()).as("size").isLessThanOrEqualTo(Math.max(model.limit, s.leased()));
    if (s.pending() > 0) {
      assertThat(s.idle()).as("idle while %s wait", s.pending()).isZero();
      assertThat(s.size()).as("size while %s wait", s.pending()).isGreaterThanOrEqualTo(s.limit());
    }
    if (model.warm) {
      assertThat(s.idle()).as("idle").isGreaterThanOrEqualTo(Math.min(Math.min(plan.minIdle(), plan.size()), s.limit() - s.leased()));
    }
  }

  private void compare() {
    if (violation != null) {
      throw violation;
    }
    PoolStats s = pool.stats();
    assertThat(s.limit()).as("limit").isEqualTo(model.limit);
    assertThat(s.creating()).as("creating").isEqualTo(room.pending("create")).isLessThanOrEqualTo(plan.parallel());
    assertThat(s.size()).as("size").isEqualTo(model.alive() + s.creating());
    assertThat(s.size()).as("size").isLessThanOrEqualTo(Math.max(model.limit, model.mostBeforeResize(s)));
    if (!model.isHeldUnknown()) {
      assertThat(s.leased()).as("leased").isEqualTo(model.held() + model.undelivered);
    }
    assertThat(s.pending()).as("pending").isEqualTo(queued());
    assertThat(s.claims()).as("claims").isEqualTo(model.claims);
    assertThat(s.waits()).as("waits").isEqualTo(model.waits);
    assertThat(s.timeouts()).as("timeouts").isEqualTo(model.timeouts);
    assertThat(s.rejections()).as("rejections").isEqualTo(model.rejections);
    assertThat(s.created()).as("created").isEqualTo(model.createdCount());
    assertThat(s.createFailures()).as("createFailures").isEqualTo(model.createFailures);
    assertThat(s.destroyed()).as("destroyed").isEqualTo(model.destroyed.size());
    assertThat(s.destroyFailures()).as("destroyFailures").isEqualTo(model.destroyFailures);
    assertThat(s.invalid()).as("invalid").isEqualTo(model.invalid);
    assertThat(s.staleCloses()).as("staleCloses").isEqualTo(model.staleCloses);
    assertThat(s.revoked()).as("revoked").isEqualTo(model.revoked);
    assertThat(s.leaked()).as("leaked").isZero();
    assertThat(pool.termination().toCompletableFuture().isDone() && s.size() > 0).as("terminated with %s left", s.size()).isFalse();
    if (room.pending() == 0) {
      assertThat(pool.termination().toCompletableFuture().isDone()).as("terminated").isEqualTo(model.closed && s.size() == 0);
    }
    for (PoolModel.Given given : leases) {
      assertThat(given.lease.isOpen()).as("%s is open", given).isEqualTo(given.isOpen());
      if (given.isOpen()) {
        assertThat(given.lease.get()).isSameAs(given.obj);
      } else {
        assertThatThrownBy(given.lease::get).isInstanceOf(LeaseClosedException.class);
      }
    }
    for (Asked ask : asked) {
      if (ask.future.isDone() && !ask.cancelled) {
        if (ask.failure == null) {
          assertThat(ask.told).as("a future was served before its turn").isTrue();
        } else {
          assertThatThrownBy(ask.future::join).satisfies(e -> assertThat(e instanceof CompletionException ? e.getCause() : e).isInstanceOf(ask.failure));
        }
      } else if (room.pending() == 0 && !ask.cancelled) {
        assertThat(ask.queued).as("a future was forgotten").isTrue();
      }
    }
  }

  /** Closes the pool, lets go of everything, and runs what is left. */
  private void finish() {
    bad = false;
    AtomicBoolean terminated = new AtomicBoolean();
    pool.termination().thenRun(() -> terminated.set(true));
    settle();
    compare();
    closePool();
    compare();
    runAll();
    for (PoolModel.Given given : List.copyOf(leases)) {
      closeLease(given);
      compare();
    }
    runAll();
    assertThat(terminated).as("terminated").isTrue();
    assertThat(pool.stats().size()).isZero();
    assertThat(room.isClosed()).isTrue();
    model.assertEachEndedOnce();
  }
}
