package dev.lifecycle.pool.objects;

import dev.lifecycle.pool.ObjectPool;
import dev.lifecycle.pool.PoolClosedException;
import dev.lifecycle.spi.Alarm;
import dev.lifecycle.spi.Work;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The objects' beginnings and ends: how many there are, when one is made or destroyed; what is done to those in between is {@link Inspection}'s. The hooks run
 * as work of the private scope, one thread each, and come back with a turn; what they throw ends here.
 *
 * <p>A slot counts from before the creation until the destroy hook has returned, so the limit holds for what exists and not only for what is known to be good.
 * Of those who wait each is to have one object on its way: checks and creations that run are set off against the line before more is begun.
 *
 * <p>A creation that fails puts off all creations, by a delay that doubles; the waiters wait on, and get the failure as the cause of their timeout.
 */
final class Supply<T> {
  private final Exchange<T> exchange;
  private final Settings<T> settings;
  private final Alarm retry;
  private final Inspection<T> inspection;
  private final WarmUps warmUps;

  // In turns:

  private int limit;
  private int existing;
  private int creating;
  private int late;
  private int ending;
  private int failuresInRow;
  private long notBefore;
  private boolean warm;

  private @Nullable Throwable lastFailure;

  Supply(Exchange<T> exchange) {
    this.exchange = exchange;
    this.settings = exchange.settings;
    this.limit = settings.size();
    this.inspection = new Inspection<>(exchange, this);
    this.warmUps = new WarmUps(exchange);
    this.retry =
        exchange.house.alarm(
            () -> {
              exchange.turn.begin();
              try {
                provide();
              } finally {
                exchange.turn.end();
              }
            });
  }

  // ---- in turns

  int limit() {
    return limit;
  }

  /** How many exist, from before their creation until their destruction has returned. */
  int existing() {
    return existing;
  }

  int creating() {
    return creating;
  }

  Inspection<T> inspection() {
    return inspection;
  }

  /** How many objects are on their way to those who wait: being made or checked, and not late. */
  int onTheirWay() {
    return creating + inspection.running() - late;
  }

  /**
   * Somebody has gone without an object. What is on its way for nobody is late, and perhaps hangs: it is no longer set off against those who come next, who
   * would wait for it in vain too.
   */
  void withdrawn() {
    late = Math.max(late, creating + inspection.running() - exchange.line.size());
  }

  /** A creation or a check has ended. */
  void arrived() {
    late = Math.min(late, creating + inspection.running());
  }

  @Nullable Throwable lastFailure() {
    return lastFailure;
  }

  /** Whether there are more than the limit allows, those aside that are being destroyed. */
  boolean isExcessive() {
    return existing - ending > limit;
  }

  void resize(int size) {
    exchange.table.grow(exchange, size); // first: there may be no memory for it
    limit = size;
    exchange.publish();
    sweep(isExcessive() ? existing - ending - limit : 0);
    tidy();
    provide();
    exchange.publish();
  }

  /** Drops the empty slots that the limit no longer needs. */
  void tidy() {
    if (exchange.table.length() > limit) {
      exchange.counts.generationsBesides -= exchange.table.shrink(limit);
    }
  }

  /** Destroys all that is idle, and what is being asked whether it is good. */
  void retireIdle() {
    inspection.retire();
    sweep(Integer.MAX_VALUE);
    provide();
    exchange.publish();
  }

  /** Destroys so many of the idle. */
  void sweep(int count) {
    int left = count;
    for (int i = 0; i < exchange.table.length() && left > 0; i++) {
      Slot<T> slot = exchange.table.get(i);
      long w = slot.word();
      if (Slot.state(w) == Slot.FREE && destroy(slot, w)) {
        left--;
      }
    }
  }

  /** Begins to keep {@code minIdle} objects. */
  void warm() {
    warm = true;
  }

  void warmUp(CompletableFuture<@Nullable Void> done) {
    warm = true;
    if (isWarm()) {
      done.complete(null); // nothing hangs on it yet
    } else {
      warmUps.add(done); // first: what is begun may turn out to be impossible
      provide();
    }
  }

  /** Whether so many are idle, or as many exist as may. */
  private boolean isWarm() {
    return exchange.table.count(Slot.FREE) >= settings.minIdle() || creating == 0 && existing - ending >= limit;
  }

  /** Begins what is needed for those who wait, and for {@code minIdle}. */
  void provide() {
    provide(0);
  }

  /** As above, and for so many more. */
  void provide(int more) {
    if (exchange.ending.isClosed()) {
      return;
    }
    begin(more);
    if (!warmUps.isEmpty() && isWarm()) {
      warmUps.end(null);
    }
  }

  private void begin(int more) {
    int asked = exchange.line.size() + more;
    int onTheirWay = onTheirWay();
    int wanted = Math.max(0, asked - onTheirWay);
    if (wanted > 0) {
      wanted -= inspection.begin(wanted);
    }
    if (warm && settings.minIdle() > 0) {
      int idle = exchange.table.count(Slot.FREE) + Math.max(0, onTheirWay - asked);
      wanted += Math.max(0, settings.minIdle() - idle);
    }
    if (wanted <= 0) {
      return;
    }
    if (exchange.room.isOwnerCancelled()) {
      ownerEnds();
      return;
    }
    if (existing >= limit || creating >= settings.parallelCreations()) {
      return;
    }
    long now = exchange.house.clock().nanoTime();
    if (now < notBefore) {
      retry.at(notBefore);
      return;
    }
    for (int i = 0; i < exchange.table.length() && wanted > 0 && existing < limit && creating < settings.parallelCreations(); i++) {
      Slot<T> slot = exchange.table.get(i);
      if (slot.is(Slot.EMPTY)) {
        create(slot, now);
        wanted--;
      }
    }
  }

  /** Nothing is made or asked any more: who waits for that need not, unless an object is out that may come back. */
  private void ownerEnds() {
    String why = "pool \"" + settings.name() + "\" makes nothing any more: its owner, scope " + exchange.room.owner() + ", was cancelled or has ended";
    warmUps.end(new PoolClosedException(why));
    inspection.endStale();
    if (existing == ending) {
      Waiting.refuseAll(exchange, why);
    }
  }

  // ---- creation

  private void create(Slot<T> slot, long now) {
    exchange.ending.watch(); // first: there may be no memory or no thread for it, and then nothing has begun
    long empty = slot.word();
    slot.move(empty, Slot.CREATING);
    slot.hookSince = now;
    existing++;
    creating++;
    exchange.turn.after(() -> exchange.room.start("create", new Creation(slot)));
  }

  private final class Creation implements Work {
    private final Slot<T> slot;

    Creation(Slot<T> slot) {
      this.slot = slot;
    }

    @Override
    public void run() {
      if (exchange.ending.isClosed()) { // it was started too late for the cancel of the close, so nobody would interrupt it
        neverRun(new CancellationException("pool \"" + settings.name() + "\" is closed"));
        return;
      }
      T object = null;
      Throwable failure = null;
      try {
        object = settings.create().call();
        if (object == null) {
          failure = new NullPointerException("create of pool \"" + settings.name() + "\" returned null");
        }
      } catch (Throwable t) {
        failure = t;
      }
      created(slot, object, failure);
      rethrowFatal(failure);
    }

    @Override
    public void neverRun(Throwable why) {
      created(slot, null, why);
    }
  }

  /** An error of the virtual machine is recorded as any failure, and then goes on to where such errors go. */
  static void rethrowFatal(@Nullable Throwable failure) {
    if (failure instanceof VirtualMachineError fatal) {
      throw fatal;
    }
  }

  private void created(Slot<T> slot, @Nullable T object, @Nullable Throwable failure) {
    exchange.turn.begin();
    try {
      creating--;
      arrived();
      slot.hookSince = 0;
      slot.slowReported = false;
      if (object == null) {
        existing--;
        slot.move(slot.word(), Slot.EMPTY);
        failed(Objects.requireNonNullElseGet(failure, NullPointerException::new));
      } else {
        exchange.counts.created++;
        failuresInRow = 0;
        notBefore = 0;
        lastFailure = null;
        fill(slot, object);
        exchange.give(slot, slot.word());
      }
      provide();
      exchange.publish();
      exchange.ending.look();
    } finally {
      exchange.turn.end();
    }
  }

  private void fill(Slot<T> slot, T object) {
    long now = exchange.house.coarseTime();
    slot.object = object;
    slot.idleSince = now;
    slot.expiresAt = Spans.after(now, Spans.jittered(settings.maxAge(), settings.jitter()));
    slot.maxIdle = Spans.jittered(settings.maxIdle(), settings.jitter());
    slot.lookAfter = settings.validate() == null ? slot.maxIdle : Math.min(slot.maxIdle, settings.validateAfterIdle());
    if (slot.lookAfter == 0) {
      slot.lookAfter = Long.MIN_VALUE; // each time, also for one who read the clock before the object came back
    }
  }

  private void failed(Throwable failure) {
    if (exchange.ending.isClosed()) {
      return;
    }
    exchange.counts.createFailures++;
    lastFailure = failure;
    long delay = settings.backoffLast();
    if (failuresInRow < 62 && settings.backoffFirst() <= settings.backoffLast() >> failuresInRow) {
      delay = settings.backoffFirst() << failuresInRow;
    }
    failuresInRow++;
    long spread = (long) (delay * 0.5 * ThreadLocalRandom.current().nextDouble());
    notBefore = Spans.after(exchange.house.clock().nanoTime(), delay - spread);
    warmUps.end(failure);
  }

  // ---- ends

  /** Resets the object; false if that failed. In no turn: runs in the thread that closes the lease. */
  boolean reset(Slot<T> slot) {
    try {
      ObjectPool.Hook<? super T> reset = Objects.requireNonNull(settings.reset());
      reset.run(Objects.requireNonNull(slot.object));
      return true;
    } catch (Throwable t) { // whatever it is, the holder has done its part and the object is not fit for another
      if (t instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      if (t instanceof VirtualMachineError fatal) {
        exchange.room.dispose(() -> rethrowFatal(fatal)); // to where such errors go; the holder is not to blame
      }
      exchange.tell(() -> exchange.hookFailed("reset threw: the object is destroyed", t));
      return false;
    }
  }

  /** Destroys the object of a slot with this word, in the background; false if the word has moved. */
  boolean destroy(Slot<T> slot, long held) {
    if (slot.revoking) { // the hook has the object, and whoever ends the hook destroys it
      boolean first = slot.word() == held && !slot.destroyWanted;
      slot.destroyWanted |= first;
      return first;
    }
    if (!slot.move(held, Slot.DESTROYING)) {
      return false;
    }
    ending++;
    slot.hookSince = exchange.house.clock().nanoTime();
    exchange.turn.after(() -> exchange.room.dispose(() -> end(slot)));
    return true;
  }

  private void end(Slot<T> slot) {
    Throwable failure = null;
    try {
      settings.destroy().run(Objects.requireNonNull(slot.object));
    } catch (Throwable t) {
      failure = t;
    }
    exchange.turn.begin();
    try {
      ending--;
      exchange.counts.destroyed++;
      if (failure != null) {
        exchange.counts.destroyFailures++;
      }
      emptied(slot);
      exchange.publish();
      exchange.ending.look();
    } finally {
      exchange.turn.end();
    }
    if (failure != null) {
      exchange.hookFailed("destroy threw", failure);
      rethrowFatal(failure);
    }
  }

  /** The object is gone, and its place free for another. */
  void emptied(Slot<T> slot) {
    slot.clear();
    slot.move(slot.word(), Slot.EMPTY);
    existing--;
    tidy();
    provide();
    exchange.ending.look();
  }

  /** Closed: nothing more is made. */
  void close(PoolClosedException why) {
    retry.cancel();
    warmUps.end(why);
  }
}
