package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lifecycle.AfterGrace;
import dev.lifecycle.Context;
import dev.lifecycle.DeadlineExceededException;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.OrphanedTasksException;
import dev.lifecycle.Scope;
import dev.lifecycle.ScopeCancelledException;
import dev.lifecycle.TaskFailedException;
import dev.lifecycle.concurrent.Concurrent;
import dev.lifecycle.junit.VirtualClock;
import java.io.IOException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code Concurrent.map}, the values of a map that fails: each goes to the handler exactly once. */
@Timeout(20)
class MapDiscardTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final VirtualClock clock = new VirtualClock();
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.clock(clock).failureListener(report -> {}));
  private final List<String> discarded = new CopyOnWriteArrayList<>();

  @AfterEach
  void endLifecycle() {
    lifecycle.close();
  }

  private List<String> map(int limit, List<String> input, Concurrent.Mapper<String, String> mapper, Consumer<? super String> onDiscard) throws InterruptedException {
    return lifecycle.call("map.test", o -> o, scope -> Concurrent.<String, String>map("map.body", MINUTE, limit, input, mapper, onDiscard));
  }

  private static Concurrent.Mapper<String, String> failingAt(String bad) {
    return name -> {
      if (name.equals(bad)) {
        throw new IOException(bad);
      }
      return name;
    };
  }

  @Test
  void aMapThatReturnsDiscardsNothing() throws InterruptedException {
    assertThat(map(2, List.of("a", "b"), name -> name, discarded::add)).containsExactly("a", "b");
    assertThat(discarded).isEmpty();
  }

  @Test
  void theValuesBeforeAFailureAreDiscardedInOrder() {
    assertThatThrownBy(() -> map(1, List.of("a", "b", "c", "d"), failingAt("c"), discarded::add)).isInstanceOf(TaskFailedException.class);
    assertThat(discarded).containsExactly("a", "b");
  }

  @Test
  void aValueThatComesAfterTheFailureIsDiscarded() {
    ParkedBody<String> late = ParkedBody.stubborn("late");
    assertThatThrownBy(() -> map(2, List.of("late", "bad"), name -> {
      if (name.equals("late")) {
        return late.call();
      }
      late.awaitEntered();
      late.release();
      throw new IOException("bad");
    }, discarded::add)).isInstanceOf(TaskFailedException.class);
    assertThat(discarded).containsExactly("late");
  }

  @Test
  void aNullThatAMapperReturnedIsDiscardedToo() {
    List<Object> all = new CopyOnWriteArrayList<>();
    assertThatThrownBy(() -> map(1, List.of("null", "bad"), name -> {
      if (name.equals("bad")) {
        throw new IOException("bad");
      }
      return null;
    }, value -> all.add(String.valueOf(value)))).isInstanceOf(TaskFailedException.class);
    assertThat(all).containsExactly("null");
  }

  @Test
  void theDeadlineEndsTheMapAndTheValuesAreDiscarded() throws InterruptedException {
    ParkedBody<String> parked = ParkedBody.returning("never");
    Aside<Throwable> aside = Aside.catching(() -> map(1, List.of("a", "parked"), name -> name.equals("a") ? "a" : parked.call(), discarded::add));
    parked.awaitEntered();
    clock.advance(MINUTE.minusNanos(1));
    assertThat(aside.isDone()).isFalse();
    clock.advance(Duration.ofNanos(1));
    assertThat(aside.get()).isInstanceOf(DeadlineExceededException.class);
    assertThat(parked.wasInterrupted()).isTrue();
    assertThat(discarded).containsExactly("a");
  }

  @Test
  void aCancelFromOutsideEndsTheMapAndTheValuesAreDiscarded() throws InterruptedException {
    ParkedBody<String> parked = ParkedBody.returning("never");
    Scope around = lifecycle.open("map.around");
    Aside<Throwable> aside = Aside.catching(() ->
        lifecycle.call("map.call", o -> o.parent(around), scope -> map(1, List.of("a", "parked"), name -> name.equals("a") ? "a" : parked.call(), discarded::add)));
    parked.awaitEntered();
    around.cancel("enough");
    assertThat(aside.get()).isInstanceOf(ScopeCancelledException.class);
    assertThat(discarded).containsExactly("a");
    around.close();
  }

  @Test
  void anInterruptOfTheCallerLeavesAsItselfAfterEverythingHasEndedAndTheValuesAreDiscarded() throws InterruptedException {
    ParkedBody<String> parked = ParkedBody.returning("never");
    Aside<Throwable> aside = Aside.catching(() ->
        Concurrent.<String, String>map("map.interrupt", MINUTE, 1, List.of("a", "parked", "unread"), name -> name.equals("a") ? "a" : parked.call(), discarded::add));
    parked.awaitEntered();
    aside.interrupt();
    assertThat(aside.get()).isInstanceOf(InterruptedException.class);
    assertThat(parked.wasInterrupted()).isTrue();
    assertThat(discarded).containsExactly("a");
  }

  @Test
  void aHandlerThatThrowsIsSuppressedAndTheOtherValuesAreHandled() {
    assertThatThrownBy(() -> map(1, List.of("a", "b", "c"), failingAt("c"), value -> {
      discarded.add(value);
      throw new IllegalStateException("handler " + value);
    })).isInstanceOf(TaskFailedException.class)
        .satisfies(e -> assertThat(e.getSuppressed()).extracting(Throwable::getMessage).containsExactly("handler a", "handler b"));
    assertThat(discarded).containsExactly("a", "b");
  }

  @Test
  void ofManyHandlersThatThrowTheFirstAreSuppressedAndTheRestIsCounted() {
    List<String> names = IntStream.rangeClosed(1, 40).mapToObj(i -> i == 40 ? "bad" : "v" + i).toList();
    assertThatThrownBy(() -> map(1, names, failingAt("bad"), value -> {
      throw new IllegalStateException("handler");
    })).satisfies(e -> assertThat(List.of(e.getSuppressed())).hasSize(33).last().satisfies(s -> assertThat(s).hasMessage("and 7 more failures")));
  }

  @Test
  void whatAnUnsuppressingExceptionDoesNotTakeGoesToTheUncaughtHandler() throws InterruptedException {
    class Bare extends RuntimeException {
      private static final long serialVersionUID = 1L;

      Bare() {
        super("bare", null, false, false);
      }
    }

    CountDownLatch mapped = new CountDownLatch(1);
    List<String> told = new CopyOnWriteArrayList<>();
    List<String> thrown = new CopyOnWriteArrayList<>();
    Iterable<String> input = () -> new Iterator<>() {
      private boolean given;

      @Override
      public boolean hasNext() {
        return true;
      }

      @Override
      public String next() {
        if (given) {
          throw new Bare();
        }
        given = true;
        return "a";
      }
    };
    Thread thread = new Thread(() -> {
      try {
        Concurrent.<String, String>map("map.bare", MINUTE, 1, input, name -> {
          mapped.countDown();
          return name;
        }, value -> {
          throw new IllegalStateException("handler " + value);
        });
      } catch (Bare | InterruptedException e) {
        thrown.add(e.getMessage());
      }
    });
    thread.setUncaughtExceptionHandler((t, e) -> told.add(e.getMessage()));
    thread.start();
    thread.join();
    assertThat(thrown).containsExactly("bare");
    assertThat(told).containsExactly("handler a");
  }

  @Test
  void theHandlerIsShieldedFromTheInterruptAndTheCancelOfItsCaller() throws InterruptedException {
    ParkedBody<String> parked = ParkedBody.returning("never");
    Scope around = lifecycle.open("map.around");
    List<Boolean> seen = new CopyOnWriteArrayList<>();
    around.fork("map.outer", () -> Concurrent.<String, String>map("map.body", MINUTE, 1, List.of("a", "parked"), name -> name.equals("a") ? "a" : parked.call(), value -> {
      seen.add(Thread.currentThread().isInterrupted());
      seen.add(Context.current().isCancelled());
    }));
    parked.awaitEntered();
    around.cancel("enough");
    around.close();
    assertThat(seen).containsExactly(false, false);
  }

  @Test
  void outsideATaskTheInterruptFlagIsPutAsideForTheHandlerAndComesBack() throws InterruptedException {
    List<Boolean> seen = new CopyOnWriteArrayList<>();
    Thread thread = new Thread(() -> {
      try {
        Concurrent.<String, String>map("map.flag", MINUTE, 1, () -> {
          List<String> one = List.of("a", "b");
          return one.iterator();
        }, name -> {
          if (name.equals("b")) {
            throw new IOException("b");
          }
          return name;
        }, value -> {
          seen.add(Thread.currentThread().isInterrupted());
          Thread.currentThread().interrupt(); // the next caller's business
        });
      } catch (TaskFailedException | InterruptedException e) {
        seen.add(Thread.currentThread().isInterrupted());
      }
    });
    thread.start();
    thread.join();
    assertThat(seen).containsExactly(false, true);
  }

  /** The caller of the map is itself abandoned, and its scope with it: the map ends while a mapper still runs. */
  @Test
  void theValueOfAMapperThatWasAbandonedIsDiscardedWhenItComes() throws InterruptedException {
    ParkedBody<String> deaf = ParkedBody.stubborn("late");
    Scope around = lifecycle.open("map.around", o -> o.grace(Duration.ofSeconds(1), AfterGrace.ABANDON));
    around.fork("map.outer", () -> Concurrent.<String, String>map("map.body", MINUTE, 1, List.of("a", "deaf"), name -> name.equals("a") ? "a" : deaf.call(), discarded::add));
    deaf.awaitEntered();
    around.cancel("enough");
    Aside<Throwable> closer = Aside.catching(around::close);
    await().pollInterval(Duration.ofMillis(1)).until(() -> {
      clock.advance(Duration.ofMillis(100));
      return closer.isDone();
    });
    assertThat(closer.get()).isInstanceOf(OrphanedTasksException.class);
    await().until(() -> discarded.contains("a"));
    assertThat(discarded).containsExactly("a");
    deaf.release();
    await().until(() -> lifecycle.counts().get("map.body").live() == 0);
    assertThat(discarded).containsExactly("a", "late");
  }
}
