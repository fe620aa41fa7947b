package dev.lifecycle.pool.objects;

import dev.lifecycle.spi.Housekeeping;
import dev.lifecycle.spi.ResourceEvent;
import dev.lifecycle.spi.ResourceScope;
import dev.lifecycle.spi.Work;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How objects pass from one holder to the next.
 *
 * <h2>The undisturbed case</h2>
 *
 * <p>A claim is one CAS on a slot that is free, a release one CAS back (see {@link Slot}). Neither takes the lock, and a release writes nothing that other
 * slots share. What everybody reads is {@code signal}, which is zero unless something is out of the ordinary.
 *
 * <h2>No lost wake-up</h2>
 *
 * <p>A waiter is added to the line, then {@code signal} says so, then the slots are searched once more, all in one turn. A releaser frees its slot by CAS, then
 * reads {@code signal}. In the total order of these four volatile steps either the search comes after the CAS and finds the slot, or the read comes after the
 * write of {@code signal} and the releaser takes a turn to serve the line. The same holds for a close and for a resize: they set their bit, then sweep.
 *
 * <h2>Who gets a released object</h2>
 *
 * <p>The releaser offers it to everybody by freeing it, and then tries to take it for the first in line. A newcomer that was quicker costs nobody a change of
 * threads, which is why this is allowed; it is a loss to the first in line, and counted. At {@value #LOSSES} losses, or at once in a fair pool, the bit
 * {@link #DIRECT} is set: newcomers that see it wait in line, and releases that see it go from word to word without ever being free. So the first in line is
 * overtaken at most {@value #LOSSES} times, and by each thread that stood between its read of {@code signal} and its CAS.
 *
 * <p>Whatever is found, made or checked in a turn goes to the first in line too, never to the one who found it.
 *
 * <h2>Turns</h2>
 *
 * <p>The line, the supply, the close and {@code signal} are written in turns only. Methods marked so are called in one.
 */
final class Exchange<T> {
  /** How many released objects newcomers may take from under the first in line. */
  static final int LOSSES = 4;

  /** Somebody waits. */
  static final int WAITERS = 1;

  /** Releases go to the first in line, and newcomers queue. */
  static final int DIRECT = 1 << 1;

  /** More objects than the limit allows: a release may have to destroy. */
  static final int EXCESS = 1 << 2;

  /** The pool is closed. */
  static final int CLOSED = 1 << 3;

  final Settings<T> settings;
  final ResourceScope room;
  final Housekeeping house;
  final Turn turn = new Turn();
  final Table<T> table = new Table<>();
  final Line<T> line = new Line<>();
  final Counts counts = new Counts();
  final Supply<T> supply;
  final Ending<T> ending;

  private final boolean tracksIdle;
  private final boolean resets;
  private volatile int signal;
  private int slotsMade;

  Exchange(ResourceScope room, Settings<T> settings) {
    this.settings = settings;
    this.room = room;
    this.house = room.housekeeping();
    this.tracksIdle = settings.tracksIdle();
    this.resets = settings.reset() != null;
    this.supply = new Supply<>(this);
    this.ending = new Ending<>(this);
    table.grow(this, settings.size());
  }

  String name() {
    return settings.name();
  }

  // ---- without a turn

  /** A free object for the current thread, or null. Does not block. */
  @Nullable Slot<T> claim() {
    if ((signal & (DIRECT | CLOSED)) != 0) {
      return null;
    }
    return table.claim(Thread.currentThread(), house.coarseTime());
  }

  /** The close of a lease. */
  void release(Slot<T> slot, long claim, boolean ended) {
    if (!resets && (signal & (DIRECT | EXCESS | CLOSED)) == 0) {
      if (tracksIdle) {
        stamp(slot, claim);
      }
      if (slot.move(claim, Slot.as(claim, Slot.FREE))) {
        if (signal != 0) {
          serve(slot, Slot.as(claim, Slot.FREE));
        }
        return;
      }
    }
    releaseSlowly(slot, claim, ended);
  }

  /** Writes when the object came back. The time is read first: a closer that comes too late must not make the object of another look younger than it is. */
  private void stamp(Slot<T> slot, long held) {
    long now = house.coarseTime();
    if (slot.word() == held) {
      slot.idleSince = now;
    }
  }

  private void releaseSlowly(Slot<T> slot, long claim, boolean ended) {
    long held = claim;
    boolean good = true;
    if (resets) {
      held = Slot.as(claim, Slot.RETURNING);
      if (!slot.move(claim, held)) {
        stale(slot, claim, ended);
        return;
      }
      good = supply.reset(slot);
    } else if (slot.word() != claim) {
      stale(slot, claim, ended);
      return;
    }
    if (tracksIdle) {
      stamp(slot, held);
    }
    if (good && (signal & (DIRECT | EXCESS | CLOSED)) == 0 && slot.move(held, Slot.FREE)) {
      if (signal != 0) {
        serve(slot, Slot.as(claim, Slot.FREE));
      }
      return;
    }
    boolean won;
    turn.begin();
    try {
      won = good ? takeBack(slot, held) : supply.destroy(slot, held);
      publish();
    } finally {
      turn.end();
    }
    if (!won) {
      stale(slot, claim, ended);
    }
  }

  /** A lease was closed that had ended. If it was revoked, the object has waited for this. */
  private void stale(Slot<T> slot, long claim, boolean ended) {
    if (slot.word() == Slot.revoked(claim) && ending.letGo(slot, Slot.revoked(claim))) {
      return;
    }
    if (!ended) {
      counts.staleCloses.increment();
    }
  }

  void invalidate(Slot<T> slot, long claim) {
    boolean won;
    turn.begin();
    try {
      won = supply.destroy(slot, claim);
      publish();
    } finally {
      turn.end();
    }
    if (!won && slot.word() == Slot.revoked(claim)) {
      ending.letGo(slot, Slot.revoked(claim));
    }
  }

  /** Takes the object out of the pool; false if the lease has ended. */
  boolean detach(Slot<T> slot, long claim) {
    turn.begin();
    try {
      if (!slot.move(claim, Slot.DESTROYING)) {
        return false;
      }
      supply.emptied(slot);
      publish();
      return true;
    } finally {
      turn.end();
    }
  }

  /** A slot was freed while something was out of the ordinary. */
  private void serve(Slot<T> slot, long free) {
    turn.begin();
    try {
      if (!takeBack(slot, free) && line.size() > 0 && Slot.generation(slot.word()) != Slot.generation(free) && slot.handed != Slot.nextClaim(free)) {
        Objects.requireNonNull(line.first()).losses++; // a newcomer has it
      }
      publish();
    } finally {
      turn.end();
    }
  }

  // ---- in turns

  int nextIndex() {
    return slotsMade++;
  }

  /**
   * Says to those who take no turn what is out of the ordinary. Before a search that must not miss anything, and at the end of every turn that may change it.
   */
  void publish() {
    Waiter<T> first = line.first();
    int now = first == null ? 0 : WAITERS;
    if (first != null && (settings.fair() || first.losses >= LOSSES)) {
      now |= DIRECT;
    }
    if (supply.isExcessive()) {
      now |= EXCESS;
    }
    if (ending.isClosed()) {
      now |= CLOSED;
    }
    if (now != signal) {
      signal = now;
    }
  }

  /** Gives an object to the first in line, or to everybody; or destroys it if it is too old or too many. False if the word has moved. */
  boolean give(Slot<T> slot, long held) {
    if (ending.isClosed() || supply.isExcessive()) {
      return supply.destroy(slot, held);
    }
    if (slot.expiresAt <= house.coarseTime()) {
      boolean won = supply.destroy(slot, held);
      if (won) {
        counts.expired++;
      }
      return won;
    }
    Waiter<T> first = line.first();
    if (first != null) {
      return handOver(slot, held, first);
    }
    return Slot.state(held) == Slot.FREE || slot.move(held, Slot.FREE);
  }

  /** As {@link #give}, for an object that was just returned: one that must be asked each time is good for nobody before it was. */
  private boolean takeBack(Slot<T> slot, long held) {
    if (slot.lookAfter > 0 || ending.isClosed() || supply.isExcessive()) {
      return give(slot, held);
    }
    if (Slot.state(held) != Slot.FREE && !slot.move(held, Slot.FREE)) {
      return false;
    }
    supply.inspection().mayHaveAged();
    supply.provide();
    return true;
  }

  /** Takes back what was given to a waiter that will never learn of it. */
  void takeFrom(Waiter<T> waiter) {
    Slot<T> slot = Objects.requireNonNull(waiter.slot);
    long claim = slot.claim;
    turn.after(() -> release(slot, claim, true));
  }

  private boolean handOver(Slot<T> slot, long held, Waiter<T> first) {
    if (!slot.claim(held, first.thread, house.coarseTime())) {
      return false;
    }
    slot.handed = slot.claim;
    line.remove(first);
    Waiting.settle(this, first, slot);
    return true;
  }

  /** Puts a waiter in line, and looks for objects for those who wait. */
  void enter(Waiter<T> waiter) {
    boolean first = line.size() == 0;
    line.add(waiter);
    publish(); // before the search
    if (first) {
      supply.inspection().mayHaveAged();
      search();
    }
    supply.provide();
  }

  /** Gives what is free to those who wait. Not needed while the line has not been empty: since its first was added every releaser takes a turn. */
  private void search() {
    long now = house.coarseTime();
    for (int i = 0; i < table.length() && line.size() > 0; i++) {
      Slot<T> slot = table.get(i);
      long w = slot.word();
      if (Slot.state(w) == Slot.FREE && !supply.inspection().isStale(slot, w, now)) {
        give(slot, w);
      }
    }
  }

  /** Tells on another thread: listeners are the user's, and neither who closes a lease nor the maintenance thread, which serves every pool, is theirs. */
  void tell(Runnable report) {
    room.start("report", new Telling(room, report));
  }

  private record Telling(ResourceScope room, Runnable report) implements Work {
    @Override
    public void run() {
      report.run();
    }

    @Override
    public void neverRun(Throwable why) {
      room.dispose(report); // the private scope has ended
    }
  }

  /** Tells that a hook threw. Calls a listener of the user: not for the maintenance thread. */
  void hookFailed(String what, Throwable failure) {
    room.report(ResourceEvent.HOOK_FAILED, "pool \"" + name() + "\": " + what, null, 0, failure);
  }

  /** Tells about a lease, and who holds it. As above. */
  void report(ResourceEvent event, String what, @Nullable Thread holder, long since, String rest) {
    String by = holder == null ? "" : " by " + room.holders(List.of(holder), since).get(0);
    room.report(event, "pool \"" + name() + "\": " + what + by + rest, holder, since, null);
  }
}
