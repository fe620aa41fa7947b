package dev.lifecycle.pool.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.Lease;
import dev.lifecycle.pool.PoolStats;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** What is known of the objects of a pool, in one thread: who has each, when it was last given back, and how it may or must end. */
final class PoolModel {
  /** A lease that was given. The object is null if the lease was revoked before it was delivered. */
  static final class Given {
    final Lease<PoolDriver.Obj> lease;
    final PoolDriver.Obj obj;
    boolean ended;
    boolean revoked;
    boolean letGo;

    /** Whether its holder ended it by another word than close. */
    boolean endedByWord;

    Given(Lease<PoolDriver.Obj> lease, PoolDriver.Obj obj) {
      this.lease = lease;
      this.obj = obj;
    }

    boolean isOpen() {
      return !ended && !revoked;
    }

    /** Whether the holder has still to close it. */
    boolean isHeld() {
      return !ended && !letGo;
    }

    @Override
    public String toString() {
      return lease + (revoked ? ", revoked" : "");
    }
  }

  private final PoolPlan plan;
  private final List<PoolDriver.Obj> objects = new ArrayList<>();
  private final Map<PoolDriver.Obj, Given> holders = new HashMap<>();
  private final Map<PoolDriver.Obj, Long> bornAt = new HashMap<>();
  private final Map<PoolDriver.Obj, Long> idleSince = new HashMap<>();

  /** The same, but for those of which it is not sure whether they were given back meanwhile: then later. */
  private final Map<PoolDriver.Obj, Long> idleSinceAtLatest = new HashMap<>();

  private final Set<PoolDriver.Obj> mayGo = new HashSet<>();
  private final Set<PoolDriver.Obj> hooked = new HashSet<>();
  private final Set<PoolDriver.Obj> detached = new HashSet<>();
  private final Set<PoolDriver.Obj> doomed = new HashSet<>();
  final Set<PoolDriver.Obj> destroyed = new HashSet<>();
  final Map<CompletableFuture<?>, Long> servedAt = new HashMap<>();
  PoolDriver.Obj lastChecked;
  private int unseenHolders;
  private boolean unseen;

  int limit;
  int swept;
  int undelivered;
  boolean warm;
  boolean closed;
  boolean revokedAll;
  long lastFailure;
  private int most;

  long claims;
  long waits;
  long timeouts;
  long rejections;
  long createFailures;
  long destroyFailures;
  long invalid;
  long staleCloses;
  long revoked;

  PoolModel(PoolPlan plan) {
    this.plan = plan;
    this.limit = plan.size();
  }

  // ---- figures

  int createdCount() {
    return objects.size();
  }

  int alive() {
    return objects.size() - destroyed.size() - detached.size();
  }

  /** How many are held, those included that were revoked. */
  int held() {
    return holders.size() + unseenHolders;
  }

  /** After a resize there may be as many as before, and never more. */
  int mostBeforeResize(PoolStats s) {
    int before = most;
    most = s.size();
    return before;
  }

  // ---- an object's life

  PoolDriver.Obj created(long now) {
    PoolDriver.Obj obj = new PoolDriver.Obj(objects.size());
    objects.add(obj);
    bornAt.put(obj, now);
    isIdleFrom(obj, now);
    if (closed) {
      mayGo.add(obj);
    }
    return obj;
  }

  PoolDriver.Obj last() {
    return objects.get(objects.size() - 1);
  }

  /** It must never be given again. */
  void dooms(PoolDriver.Obj obj) {
    doomed.add(obj);
  }

  boolean isTooOld(PoolDriver.Obj obj, long now) {
    return plan.maxAge() > 0 && now - bornAt.get(obj) >= PoolPlan.nanos(plan.maxAge());
  }

  /** Whether an idle object would have to be looked at before it is given. */
  private boolean isStale(PoolDriver.Obj obj, long now) {
    return isStale(obj, idleSince.get(obj), now);
  }

  private boolean isStale(PoolDriver.Obj obj, long since, long now) {
    long idle = now - since;
    return isTooOld(obj, now) || plan.maxIdle() > 0 && idle >= PoolPlan.nanos(plan.maxIdle()) || plan.validates() && idle >= PoolPlan.nanos(plan.validateAfter());
  }

  private void isIdleFrom(PoolDriver.Obj obj, long now) {
    idleSince.put(obj, now);
    idleSinceAtLatest.put(obj, now);
  }

  boolean isAnyStale(long now) {
    return plan.ages() && objects.stream().anyMatch(obj -> isLoose(obj) && isStale(obj, now));
  }

  private boolean isLoose(PoolDriver.Obj obj) {
    return !holders.containsKey(obj) && !destroyed.contains(obj) && !detached.contains(obj);
  }

  Given given(Lease<PoolDriver.Obj> lease, long when) {
    if (revokedAll) { // before it was delivered
      Given given = new Given(lease, null);
      given.revoked = true;
      unseenHolders++;
      return given;
    }
    PoolDriver.Obj obj = lease.get();
    assertThat(isLoose(obj)).as("%s was free; held by %s, destroyed %s, detached %s", obj, holders.get(obj), destroyed.contains(obj), detached.contains(obj)).isTrue();
    assertThat(doomed).as("objects that must not be given again").doesNotContain(obj);
    assertThat(isTooOld(obj, when)).as("%s was too old", obj).isFalse();
    long since = idleSinceAtLatest.get(obj);
    if (since != when) {
      assertThat(isStale(obj, since, when)).as("%s was not looked at", obj).isFalse();
    }
    Given given = new Given(lease, obj);
    holders.put(obj, given);
    return given;
  }

  /** An open lease was closed or invalidated. */
  void ended(Given given, long now, boolean dooms) {
    given.ended = true;
    holders.remove(given.obj);
    isIdleFrom(given.obj, now);
    mayGo.remove(given.obj);
    if (dooms) {
      doomed.add(given.obj);
    }
  }

  void closedStale(Given given) {
    if (given.revoked && !given.letGo) {
      letGo(given);
    } else if (!given.endedByWord) {
      staleCloses++;
    }
  }

  /** The holder of a revoked lease closes it: the object goes, once the hook that was given it has returned. */
  void letGo(Given given) {
    if (given.letGo) {
      return;
    }
    given.letGo = true;
    if (given.obj == null) {
      unseenHolders--;
    } else if (!plan.revokes() || hooked.contains(given.obj)) {
      gone(given.obj);
    }
  }

  private void gone(PoolDriver.Obj obj) {
    holders.remove(obj);
    doomed.add(obj);
  }

  /** Whether the number of those that are held cannot be told: nobody knows which object a hook must return from first. */
  boolean isHeldUnknown() {
    return revokedAll && plan.revokes() && unseen;
  }

  void detached(Given given) {
    given.ended = true;
    holders.remove(given.obj);
    detached.add(given.obj);
  }

  void revokeAll(List<Given> leases) {
    revokedAll = true;
    unseen = undelivered > 0;
    revoked += undelivered;
    for (Given given : leases) {
      if (given.isOpen()) {
        given.revoked = true;
        revoked++;
      }
    }
  }

  void revokeHook(PoolDriver.Obj obj) {
    assertThat(revokedAll).as("revoked").isTrue();
    assertThat(destroyed).as("destroyed before the revoke hook ran").doesNotContain(obj);
    assertThat(hooked.add(obj)).as("the revoke hook runs once").isTrue();
    Given holder = holders.get(obj);
    if (holder != null && holder.letGo) {
      gone(obj);
    }
  }

  /** A lease that nobody took has been closed by the pool: which object that was cannot be seen. */
  void freedUnseen(long now) {
    for (PoolDriver.Obj obj : objects) {
      if (isLoose(obj)) {
        mayGo.add(obj);
        idleSinceAtLatest.put(obj, now);
      }
    }
  }

  /** All that is idle may be destroyed from now on. */
  void sweep() {
    objects.stream().filter(this::isLoose).forEach(mayGo::add);
  }

  void check(PoolDriver.Obj obj, long now, boolean good) {
    assertThat(isLoose(obj)).as("%s is checked while it is held or gone", obj).isTrue();
    assertThat(doomed).as("objects that must not be checked").doesNotContain(obj);
    assertThat(mayGo.contains(obj) || isStale(obj, now)).as("%s needs a check", obj).isTrue();
    lastChecked = obj;
    if (good) {
      isIdleFrom(obj, now);
    }
  }

  void destroy(PoolDriver.Obj obj, long now) {
    assertThat(holders.get(obj)).as("who holds %s while it is destroyed", obj).isNull();
    assertThat(detached).as("destroyed although detached").doesNotContain(obj);
    assertThat(destroyed.add(obj)).as("%s is destroyed once", obj).isTrue();
    if (!doomed.contains(obj) && !mayGo.contains(obj) && !isStale(obj, now)) {
      assertThat(swept--).as("%s is destroyed without a reason", obj).isPositive();
    }
  }

  void assertEachEndedOnce() {
    for (PoolDriver.Obj obj : objects) {
      assertThat(destroyed.contains(obj) != detached.contains(obj)).as("%s was destroyed or detached", obj).isTrue();
    }
  }
}
