package dev.lifecycle.pool.unit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.Lease;
import dev.lifecycle.pool.ObjectPool;
import dev.lifecycle.pool.rooms.ManualRoom;
import dev.lifecycle.pool.rooms.Owner;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What may happen to an object between the beginning of its check and the end of it. */
class CheckUnderWayTest {
  private static final Duration LONG = Duration.ofDays(1);

  private final ManualRoom room = new ManualRoom(Duration.ZERO);
  private final AtomicInteger made = new AtomicInteger();
  private final List<Integer> asked = new ArrayList<>();
  private final List<Integer> destroyed = new ArrayList<>();
  private Runnable during = () -> {};
  private boolean good = true;
  private final ObjectPool<Integer> pool =
      ObjectPool.in(Owner.of(room), "checks", made::incrementAndGet)
          .size(2)
          .validate(this::check)
          .validateAfterIdle(Duration.ofSeconds(1))
          .destroy(destroyed::add)
          .build();

  private boolean check(Integer object) {
    asked.add(object);
    during.run();
    return good;
  }

  /** Somebody for whom the only object, which has lain idle, is to be asked. */
  private CompletableFuture<Lease<Integer>> waitsForACheck() {
    CompletableFuture<Lease<Integer>> first = pool.acquireAsync(LONG);
    room.runAll();
    first.join().close();
    room.advance(Duration.ofSeconds(1));
    CompletableFuture<Lease<Integer>> waiter = pool.acquireAsync(LONG);
    assertThat(room.pending("check")).isEqualTo(1);
    return waiter;
  }

  @Test
  void theRetirementOfAllThatIsIdleMeetsWhatIsJustBeingAsked() {
    during = pool::retireIdle;
    CompletableFuture<Lease<Integer>> waiter = waitsForACheck();
    room.runAll();
    assertThat(asked).containsExactly(1);
    assertThat(destroyed).containsExactly(1);
    assertThat(waiter.join().get()).as("another was made for it").isEqualTo(2);
  }

  @Test
  void theRetirementMeetsWhatIsAboutToBeAsked() {
    waitsForACheck();
    pool.retireIdle();
    assertThat(destroyed).as("once the check ends").isEmpty();
    room.runAll();
    assertThat(destroyed).containsExactly(1);
  }

  @Test
  void whatGoesWithTheRetirementIsNotCountedAsInvalid() {
    during = pool::retireIdle;
    waitsForACheck();
    room.runAll();
    assertThat(pool.stats().invalid()).isZero();
    assertThat(pool.stats().destroyed()).isEqualTo(1);
  }

  @Test
  void whatFailsItsCheckDuringTheRetirementIsCountedAsInvalid() {
    during = pool::retireIdle;
    good = false;
    waitsForACheck();
    room.runAll();
    assertThat(pool.stats().invalid()).isEqualTo(1);
    assertThat(pool.stats().destroyed()).isEqualTo(1);
  }

  @Test
  void theRetirementDoesNotMeetWhatIsAskedLater() {
    pool.retireIdle();
    CompletableFuture<Lease<Integer>> waiter = waitsForACheck();
    room.runAll();
    assertThat(waiter.join().get()).isEqualTo(1);
    assertThat(destroyed).isEmpty();
  }

  @Test
  void aCheckThatTheCloseCallsOffIsNotCountedAsInvalid() {
    waitsForACheck();
    pool.initiateClose();
    room.runAll();
    assertThat(asked).isEmpty();
    assertThat(destroyed).containsExactly(1);
    assertThat(pool.stats().invalid()).isZero();
    assertThat(pool.termination().toCompletableFuture()).isCompleted();
  }

  @Test
  void aCheckThatTheCancelOfTheOwnerCallsOffIsNotCountedAsInvalid() {
    waitsForACheck();
    room.cancelWork("the owner was cancelled");
    room.runAll();
    assertThat(asked).isEmpty();
    assertThat(destroyed).containsExactly(1);
    assertThat(pool.stats().invalid()).isZero();
  }

  @Test
  void aCheckThatFailsIsCountedAsInvalid() {
    good = false;
    waitsForACheck();
    room.runAll();
    assertThat(pool.stats().invalid()).isEqualTo(1);
  }
}
