package dev.lifecycle.pool.unit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.Lease;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.Scope;
import dev.lifecycle.pool.ObjectPool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule 21: objects that are too old or lay idle too long. */
@Timeout(30)
class EndRulesExpiryTest extends EndRulesFixture {
  private static final Duration LIMIT = Duration.ofMillis(900); // less than a scan, so that only claims and releases find out

  @Test
  void anObjectIsGivenUntilItsAgeAndNeverAfterwards() throws Exception {
    ObjectPool<Thing> pool = pool(1).maxAge(LIMIT).jitter(0).build();
    pool.acquire().close();
    pass(LIMIT.minus(TICK));
    pool.acquire().close();
    assertThat(things.made).hasSize(1);
    pass(TICK);
    assertThat(pool.acquire().get()).isSameAs(things.made.get(1));
    assertThat(things.made.get(0).ends).hasValue(1);
    assertThat(pool.stats().expired()).isEqualTo(1);
  }

  @Test
  void anObjectThatGotTooOldWhileLeasedStaysGoodForItsHolderAndGoesToNobodyElse() throws Exception {
    ObjectPool<Thing> pool = pool(1).maxAge(LIMIT).jitter(0).build();
    Lease<Thing> lease = pool.acquire();
    CompletableFuture<Lease<Thing>> waiter = pool.acquireAsync(LONG);
    pass(LIMIT);
    assertThat(lease.get().isAlive()).isTrue();
    lease.close();
    assertThat(waiter.get().get()).isSameAs(things.made.get(1));
    assertThat(pool.stats().expired()).isEqualTo(1);
  }

  @Test
  void anObjectThatLayIdleTooLongIsNotGiven() throws Exception {
    ObjectPool<Thing> pool = pool(1).maxIdle(LIMIT).jitter(0).build();
    pool.acquire().close();
    pass(LIMIT.minus(TICK));
    pool.acquire().close();
    pass(LIMIT.minus(TICK));
    pool.acquire().close();
    assertThat(things.made).as("a claim begins the time anew").hasSize(1);
    pass(LIMIT);
    assertThat(pool.acquire().get()).isSameAs(things.made.get(1));
    assertThat(pool.stats().expired()).isEqualTo(1);
  }

  @Test
  void aTryThatFindsOnlyWhatIsTooOldGetsNothing() throws Exception {
    ObjectPool<Thing> pool = pool(1).maxAge(LIMIT).jitter(0).build();
    pool.acquire().close();
    pass(LIMIT);
    assertThat(pool.tryAcquire()).isNull();
    soon().until(() -> things.made.get(0).ends.get() == 1);
  }

  @Test
  void whatIsTooOldIsDestroyedThoughNobodyAsks() throws Exception {
    ObjectPool<Thing> aged = pool(1).maxAge(Duration.ofSeconds(60)).jitter(0).build();
    ObjectPool<Thing> idle = pool(1).maxIdle(Duration.ofSeconds(60)).jitter(0).build();
    aged.acquire().close();
    idle.acquire().close();
    pass(Duration.ofSeconds(60).minus(TICK));
    assertThat(things.alive()).isEqualTo(2);
    pass(Duration.ofSeconds(1));
    soon().until(() -> things.alive() == 0);
  }

  @Test
  void theLimitsAreSpreadBetweenOneLessJitterAndOneTimesWhatWasSet() throws Exception {
    ObjectPool<Thing> pool = pool(40).minIdle(40).maxAge(Duration.ofSeconds(100)).jitter(0.5).build();
    spread(pool, 50);
  }

  @Test
  void theIdleLimitsAreSpreadToo() throws Exception {
    ObjectPool<Thing> pool = pool(40).minIdle(40).maxIdle(Duration.ofSeconds(100)).jitter(0.5).build();
    spread(pool, 50);
  }

  @Test
  void theLimitsAreSpreadOverATenthByDefault() throws Exception {
    ObjectPool<Thing> pool = pool(40).minIdle(40).maxAge(Duration.ofSeconds(100)).build();
    spread(pool, 90);
  }

  private void spread(ObjectPool<Thing> pool, int least) throws Exception {
    pool.warmUp().toCompletableFuture().get();
    pass(Duration.ofSeconds(least - 1));
    assertThat(pool.stats().expired()).as("too early").isZero();
    List<Long> steps = new ArrayList<>();
    for (int i = least; i <= 100; i++) {
      pass(Duration.ofSeconds(1));
      steps.add(pool.stats().expired());
    }
    pass(Duration.ofSeconds(1));
    soon().until(() -> things.made.stream().limit(40).noneMatch(Thing::isAlive));
    assertThat(steps.stream().distinct().count()).as("not all at once: %s", steps).isGreaterThan(4);
  }

  /** By the coarse clock, on a machine that may be busy: a claim that came late by its scheduling is no claim of an old object, so a few are let pass. */
  @Test
  void onTheSystemsClockNoObjectIsGivenMoreThanTwentyMillisecondsPastItsAge() throws Exception {
    try (Lifecycle own = Lifecycle.create(o -> o); Scope owner = own.open("owner")) {
      ObjectPool<Long> pool = ObjectPool.in(owner, "births", System::nanoTime).size(1).maxAge(Duration.ofMillis(30)).jitter(0).build();
      long most = TimeUnit.MILLISECONDS.toNanos(30 + 20);
      long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(700);
      int late = 0;
      int all = 0;
      while (System.nanoTime() < until) {
        long asked = System.nanoTime();
        try (Lease<Long> lease = pool.acquire()) {
          all++;
          late += asked - lease.get() > most ? 1 : 0;
        }
      }
      assertThat(late).isLessThan(all / 20 + 1);
      assertThat(pool.stats().expired()).isGreaterThan(2);
    }
  }
}
