package dev.lifecycle.pool.objects;

import dev.lifecycle.pool.AcquireTimeoutException;
import dev.lifecycle.pool.PoolClosedException;
import dev.lifecycle.pool.PoolStats;
import dev.lifecycle.spi.Holder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a pool says of itself, in exceptions and figures: put together from the slots when somebody asks. */
final class Facts<T> {
  private static final int NAMED = 3;
  private static final long LOOK_AGAIN = TimeUnit.MILLISECONDS.toNanos(100);

  private final Exchange<T> exchange;
  private final AtomicLong lastLook = new AtomicLong(-LOOK_AGAIN);
  private volatile List<Held> longest = List.of();

  /** A claim as it was seen. */
  private record Held(@Nullable Holder holder, String lease, long nanos) {
    @Override
    public String toString() {
      return (holder == null ? "a future" : holder.toString()) + " for " + Spans.words(nanos) + " (" + lease + ')';
    }
  }

  private record Claim(String lease, @Nullable Thread owner, long at) {}

  Facts(Exchange<T> exchange) {
    this.exchange = exchange;
  }

  PoolClosedException closed() {
    return new PoolClosedException("pool \"" + exchange.name() + "\" is closed");
  }

  AcquireTimeoutException timeout(Duration timeout) {
    int limit;
    int existing;
    int creating;
    int pending;
    Throwable failure;
    exchange.turn.begin();
    try {
      limit = exchange.supply.limit();
      existing = exchange.supply.existing();
      creating = exchange.supply.creating();
      pending = exchange.line.size();
      failure = exchange.supply.lastFailure();
    } finally {
      exchange.turn.end();
    }
    List<Claim> claims = claims();
    int inUse = claims.size();
    StringBuilder text = new StringBuilder("no object of pool \"").append(exchange.name()).append('"');
    text.append(timeout.isZero() || timeout.isNegative() ? " was free" : " came within " + timeout.toString().substring(2).toLowerCase(Locale.ROOT));
    text.append(": leased ").append(inUse).append('/').append(limit);
    text.append(", existing ").append(existing).append(", creating ").append(creating).append(", pending ").append(pending);
    long own = claims.stream().filter(claim -> claim.owner == Thread.currentThread()).count();
    if (own > 0) {
      text.append("; the caller itself holds ").append(own);
    }
    List<Held> held = longest(claims);
    if (!held.isEmpty()) {
      text.append("; held longest by ");
      for (int i = 0; i < held.size(); i++) {
        text.append(i == 0 ? "" : ", ").append(held.get(i));
      }
    }
    if (failure != null) {
      text.append("; the last creation failed: ").append(failure.getClass().getName());
    }
    List<Holder> holders = new ArrayList<>(held.size());
    for (Held h : held) {
      if (h.holder != null) {
        holders.add(h.holder);
      }
    }
    return new AcquireTimeoutException(text.toString(), limit, inUse, pending, holders, failure);
  }

  /** The claims of this moment. */
  private List<Claim> claims() {
    List<Claim> claims = new ArrayList<>();
    for (Slot<T> slot : exchange.table.all()) {
      long w = slot.word();
      if (Slot.isHeld(w)) {
        long claim = Slot.claimOf(w);
        boolean owned = slot.isOwned(claim);
        claims.add(new Claim(PooledLease.id(slot, claim), owned ? slot.owner() : null, owned ? slot.claimedAt() : exchange.house.coarseTime()));
      }
    }
    return claims;
  }

  /** Those who have held something for longest. The look at the tasks costs, and many may time out at once: it is done now and then. */
  private List<Held> longest(List<Claim> claims) {
    long now = exchange.house.clock().nanoTime();
    long last = lastLook.get();
    if (now - last < LOOK_AGAIN || !lastLook.compareAndSet(last, now)) {
      Set<String> open = claims.stream().map(Claim::lease).collect(Collectors.toSet());
      return longest.stream().filter(held -> open.contains(held.lease)).toList();
    }
    List<Claim> oldest = claims.stream().sorted(Comparator.comparingLong(Claim::at)).limit(NAMED).toList();
    List<Thread> threads = new ArrayList<>();
    long[] since = new long[oldest.size()];
    for (Claim claim : oldest) {
      if (claim.owner != null) {
        since[threads.size()] = claim.at;
        threads.add(claim.owner);
      }
    }
    List<Holder> holders = exchange.room.holders(threads, Arrays.copyOf(since, threads.size()));
    List<Held> held = new ArrayList<>();
    int next = 0;
    for (Claim claim : oldest) {
      Holder holder = claim.owner == null ? null : holders.get(next++);
      held.add(new Held(holder, claim.lease, Math.max(0, now - claim.at)));
    }
    longest = List.copyOf(held);
    return longest;
  }

  PoolStats stats() {
    int idle = exchange.table.count(Slot.FREE);
    int leased = exchange.table.count(Slot.CLAIMED) + exchange.table.count(Slot.RETURNING) + exchange.table.count(Slot.RETIRED);
    exchange.turn.begin();
    try {
      Counts counts = exchange.counts;
      return new Figures(
          exchange.supply.limit(),
          exchange.supply.existing(),
          idle,
          leased,
          exchange.supply.creating(),
          exchange.line.size(),
          exchange.table.generations() - counts.generationsBesides,
          counts.waits,
          counts.timeouts,
          counts.rejections,
          counts.created,
          counts.createFailures,
          counts.destroyed,
          counts.destroyFailures,
          counts.invalid,
          counts.expired,
          counts.staleCloses.sum(),
          counts.leaked,
          counts.revoked);
    } finally {
      exchange.turn.end();
    }
  }
}
