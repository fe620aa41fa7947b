package dev.lifecycle.pool.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.lifecycle.Lease;
import dev.lifecycle.pool.AcquireTimeoutException;
import dev.lifecycle.pool.ObjectPool;
import dev.lifecycle.spi.Holder;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What {@link AcquireTimeoutException} tells: the rest of rule 1, and rule 25. */
class AcquireTimeoutMessageTest extends AcquireFixture {
  private static final Duration SECOND = Duration.ofSeconds(1);

  /** What a try throws that finds nothing. */
  private static AcquireTimeoutException tryInVain(ObjectPool<Thing> pool) {
    return catchThrowableOfType(AcquireTimeoutException.class, () -> pool.acquire(Duration.ZERO));
  }

  /** A task of that purpose that holds an object until it is let go. */
  private Lease<Thing> heldBy(String purpose, ObjectPool<Thing> pool, CountDownLatch gate) {
    AtomicReference<Lease<Thing>> taken = new AtomicReference<>();
    scope.start(purpose, () -> {
      taken.set(pool.acquire(LONG));
      gate.await();
    });
    until(() -> taken.get() != null);
    return taken.get();
  }

  @Test
  void itTellsThePoolTheTimeoutTheSizeWhatIsInUseAndWhoWaitsBesides() throws InterruptedException {
    ObjectPool<Thing> pool = pool(3).build();
    takeAll(pool);
    waitIn(pool, LONG);
    waitIn(pool, LONG);
    AcquireCaller<Lease<Thing>> caller = waitIn(pool, Duration.ofMillis(1_500));
    clock.advance(Duration.ofMillis(1_500));
    assertThat(caller.failure()).isInstanceOfSatisfying(AcquireTimeoutException.class, e -> {
      assertThat(e.size()).isEqualTo(3);
      assertThat(e.inUse()).isEqualTo(3);
      assertThat(e.pending()).isEqualTo(2);
      assertThat(e).hasMessageStartingWith("no object of pool \"test.things\" came within 1.5s: leased 3/3, existing 3, creating 0, pending 2").hasNoCause();
    });
  }

  @Test
  void ofATryItSaysThatNothingWasFree() throws InterruptedException {
    ObjectPool<Thing> pool = pool(1).build();
    try (Lease<Thing> held = pool.acquire()) {
      assertThat(tryInVain(pool)).hasMessageStartingWith("no object of pool \"test.things\" was free: leased 1/1");
      assertThat(catchThrowableOfType(AcquireTimeoutException.class, () -> pool.acquire(Duration.ofSeconds(-5)))).hasMessageContaining("was free");
      assertThat(held.isOpen()).isTrue();
    }
  }

  @Test
  void theSizeIsThatAfterTheLastResize() throws InterruptedException {
    ObjectPool<Thing> pool = pool(3).build();
    takeAll(pool);
    pool.resize(2);
    AcquireTimeoutException e = tryInVain(pool);
    assertThat(e.size()).isEqualTo(2);
    assertThat(e.inUse()).isEqualTo(3);
  }

  @Test
  void itNamesTheHolderByTaskAndPurpose() {
    CountDownLatch gate = new CountDownLatch(1);
    ObjectPool<Thing> pool = pool(1).build();
    heldBy("orders.import", pool, gate);
    clock.advance(Duration.ofMillis(2_500));
    AcquireTimeoutException e = tryInVain(pool);
    assertThat(e.holders()).hasSize(1);
    Holder holder = e.holders().get(0);
    assertThat(holder.purpose()).isEqualTo("orders.import");
    assertThat(holder.task()).startsWith("t-");
    assertThat(holder.scope()).endsWith("app");
    assertThat(e).hasMessageContaining("held longest by task " + holder.task() + " \"orders.import\" in scope ").hasMessageContaining(" for 2.5 s (l-test.things/0/");
    gate.countDown();
  }

  @Test
  void itNamesAThreadThatIsInNoTask() throws InterruptedException {
    ObjectPool<Thing> pool = pool(1).build();
    try (Lease<Thing> held = pool.acquire()) {
      AcquireTimeoutException e = tryInVain(pool);
      assertThat(e.holders()).hasSize(1);
      assertThat(e.holders().get(0).threadId()).isEqualTo(Thread.currentThread().getId());
      assertThat(e.holders().get(0).task()).isNull();
      assertThat(e).hasMessageContaining("thread #" + Thread.currentThread().getId());
      assertThat(held.isOpen()).isTrue();
    }
  }

  @Test
  void itNamesTheThreeWhoHaveHeldForLongestTheLongestFirst() {
    CountDownLatch gate = new CountDownLatch(1);
    ObjectPool<Thing> pool = pool(5).build();
    for (int i = 0; i < 5; i++) {
      heldBy("holder.n" + i, pool, gate);
      clock.advance(SECOND);
    }
    AcquireTimeoutException e = tryInVain(pool);
    assertThat(e.holders()).extracting(Holder::purpose).containsExactly("holder.n0", "holder.n1", "holder.n2");
    assertThat(e.getMessage()).containsSubsequence("holder.n0", "for 5.0 s", "holder.n1", "for 4.0 s", "holder.n2", "for 3.0 s").doesNotContain("holder.n3");
    gate.countDown();
  }

  @Test
  void holdersAreLookedUpAtMostTenTimesASecond() throws InterruptedException {
    CountDownLatch gate = new CountDownLatch(1);
    ObjectPool<Thing> pool = pool(1).build();
    clock.advance(SECOND);
    Lease<Thing> first = heldBy("holder.first", pool, gate);
    assertThat(tryInVain(pool).holders()).extracting(Holder::purpose).containsExactly("holder.first");
    first.close();
    heldBy("holder.second", pool, gate);
    clock.advance(Duration.ofMillis(100).minusNanos(1));
    assertThat(tryInVain(pool).holders()).as("the one that was looked up holds nothing any more").isEmpty();
    clock.advance(Duration.ofNanos(1));
    assertThat(tryInVain(pool).holders()).extracting(Holder::purpose).containsExactly("holder.second");
    gate.countDown();
  }

  @Test
  void ofALeaseThatAFutureGotItSaysSo() {
    ObjectPool<Thing> pool = pool(1).build();
    try (Lease<Thing> held = pool.acquireAsync(SECOND).join()) {
      AcquireTimeoutException e = tryInVain(pool);
      assertThat(e.inUse()).isEqualTo(1);
      assertThat(e.holders()).as("nobody knows who has it").isEmpty();
      assertThat(e).hasMessageContaining("held longest by a future");
      assertThat(held.isOpen()).isTrue();
    }
  }

  @Test
  void aReentrantAcquireOfTheOnlyObjectTimesOutAndSaysThatTheCallerHoldsIt() throws InterruptedException {
    ObjectPool<Thing> pool = filled(pool(1));
    AcquireCaller<Lease<Thing>> caller = lineUp(pool, () -> {
      try (Lease<Thing> mine = pool.acquire(SECOND)) {
        assertThat(mine.isOpen()).isTrue();
        return pool.acquire(SECOND);
      }
    });
    until(() -> clock.sleepers() == 1);
    clock.advance(SECOND);
    assertThat(caller.failure()).isInstanceOf(AcquireTimeoutException.class).hasMessageContaining("the caller itself holds 1");
    assertThat(pool.stats().idle()).isEqualTo(1);
  }

  @Test
  void aReentrantCallSaysTheSame() throws InterruptedException {
    ObjectPool<Thing> pool = filled(pool(2).acquireTimeout(SECOND));
    AcquireCaller<Thing> caller = lineUp(pool, () -> pool.call(one -> pool.call(two -> pool.call(three -> three))));
    until(() -> clock.sleepers() == 1);
    clock.advance(SECOND);
    assertThat(caller.failure()).isInstanceOf(AcquireTimeoutException.class).hasMessageContaining("the caller itself holds 2");
  }

  @Test
  void aCallerThatHoldsNothingIsNotNamed() throws InterruptedException {
    ObjectPool<Thing> pool = pool(1).build();
    try (Lease<Thing> held = pool.acquire()) {
      AcquireCaller<Lease<Thing>> caller = AcquireCaller.run(() -> pool.acquire(Duration.ZERO));
      assertThat(caller.failure()).isInstanceOf(AcquireTimeoutException.class);
      assertThat(caller.failure().getMessage()).doesNotContain("the caller itself");
      assertThat(held.isOpen()).isTrue();
    }
  }

  @Test
  void theCauseIsTheLastFailureOfTheFactory() throws InterruptedException {
    List<IOException> failures = new CopyOnWriteArrayList<>();
    Semaphore permits = new Semaphore(1);
    ObjectPool<Thing> pool = ObjectPool.<Thing>in(scope, "test.broken", () -> {
      permits.acquire();
      IOException e = new IOException("no route, " + failures.size());
      failures.add(e);
      throw e;
    }).size(1).build();
    Duration timeout = Duration.ofSeconds(5);
    AcquireCaller<Lease<Thing>> caller = waitIn(pool, timeout);
    until(() -> pool.stats().createFailures() == 1);
    assertThat(tryInVain(pool)).hasMessageContaining("the last creation failed: java.io.IOException").cause().isSameAs(failures.get(0));
    permits.release();
    clock.advance(SECOND);
    until(() -> pool.stats().createFailures() == 2);
    assertThat(tryInVain(pool)).cause().isSameAs(failures.get(1));
    clock.advance(timeout);
    assertThat(caller.failure()).isInstanceOf(AcquireTimeoutException.class).cause().isSameAs(failures.get(1));
  }

  @Test
  void aFailureIsForgottenOnceAnObjectHasBeenMade() throws InterruptedException {
    AtomicReference<IOException> failure = new AtomicReference<>(new IOException("no route"));
    ObjectPool<Thing> pool = ObjectPool.in(scope, "test.healed", () -> {
      IOException e = failure.getAndSet(null);
      if (e != null) {
        throw e;
      }
      return things.make();
    }).size(1).build();
    AcquireCaller<Lease<Thing>> caller = AcquireCaller.run(() -> pool.acquire(LONG));
    until(() -> pool.stats().createFailures() == 1);
    clock.advance(SECOND);
    caller.value();
    assertThat(tryInVain(pool)).hasNoCause();
    assertThat(tryInVain(pool).getMessage()).doesNotContain("creation failed");
  }

  @Test
  void theExceptionOfAFutureTellsTheSame() throws InterruptedException {
    ObjectPool<Thing> pool = pool(1).build();
    try (Lease<Thing> held = pool.acquire()) {
      AcquireCaller<Lease<Thing>> caller = AcquireCaller.run(() -> pool.acquireAsync(SECOND).join());
      until(() -> pool.stats().pending() == 1);
      clock.advance(SECOND);
      assertThat(caller.failure()).isInstanceOf(CompletionException.class).cause().isInstanceOfSatisfying(AcquireTimeoutException.class, e -> {
        assertThat(e).hasMessageContaining("came within 1s: leased 1/1");
        assertThat(e.pending()).isZero();
        assertThat(e.holders()).extracting(Holder::threadId).containsExactly(Thread.currentThread().getId());
      });
      assertThat(held.isOpen()).isTrue();
    }
  }

  @Test
  void itSurvivesSerialisationButForItsHolders() throws Exception {
    ObjectPool<Thing> pool = pool(1).build();
    try (Lease<Thing> held = pool.acquire()) {
      AcquireTimeoutException e = tryInVain(pool);
      assertThat(e.holders()).isNotEmpty().isUnmodifiable();
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
        out.writeObject(e);
      }
      try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
        AcquireTimeoutException read = (AcquireTimeoutException) in.readObject();
        assertThat(read.getMessage()).isEqualTo(e.getMessage());
        assertThat(read.size()).isEqualTo(1);
        assertThat(read.inUse()).isEqualTo(1);
        assertThat(read.pending()).isZero();
        assertThat(read.holders()).isEmpty();
      }
      assertThat(held.isOpen()).isTrue();
    }
  }
}
