package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.FailureReport;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.Scope;
import dev.lifecycle.context.micrometer.MicrometerCarrier;
import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ContextSnapshotFactory;
import io.micrometer.context.ThreadLocalAccessor;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Accessors that throw, between two that do not: what the others set must not stay on a pooled thread. */
@Timeout(20)
class MicrometerCarrierFaultTest {
  private final ReportsHeard heard = new ReportsHeard();
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.name("faults").failureListener(heard));
  private final ExecutorService pool = Executors.newSingleThreadExecutor();
  private final Accessor first = new Accessor("first");
  private final Accessor bad = new Accessor("bad");
  private final Accessor last = new Accessor("last");
  private final ContextRegistry registry =
      new ContextRegistry().registerThreadLocalAccessor(first).registerThreadLocalAccessor(bad).registerThreadLocalAccessor(last);

  @AfterEach
  void close() throws Exception {
    lifecycle.close();
    pool.shutdown();
    assertThat(pool.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
  }

  private MicrometerCarrier carrier(boolean clearMissing) {
    return MicrometerCarrier.of(ContextSnapshotFactory.builder().contextRegistry(registry).clearMissing(clearMissing).build());
  }

  private List<String> values() {
    return List.of(first.shown(), bad.shown(), last.shown());
  }

  private void set(String value) {
    first.value.set(value);
    bad.value.set(value);
    last.value.set(value);
  }

  /** Sets values on the pool's thread, then on this one, and returns what a task on the pool's thread sees. */
  private List<String> seenByATask(boolean clearMissing) throws Exception {
    pool.submit(() -> set("pool")).get();
    set("forker");
    try (Scope scope = lifecycle.open("scope", o -> o.carry(carrier(clearMissing)).executor(pool))) {
      return scope.fork("task", this::values).get();
    } finally {
      assertThat(values()).as("of the forker").containsExactly("forker", "forker", "forker");
    }
  }

  private List<String> leftOnThePool() throws Exception {
    return pool.submit(this::values).get();
  }

  @Test
  void allValuesAreSetAndPutBackWhereNothingThrows() throws Exception {
    assertThat(seenByATask(true)).containsExactly("forker", "forker", "forker");
    assertThat(leftOnThePool()).containsExactly("pool", "pool", "pool");
    assertThat(heard.all()).isEmpty();
  }

  @Test
  void ifOneCannotBeSetThoseBeforeItArePutBackAndTheTaskRunsWithoutAny() throws Exception {
    bad.refuses = "forker";
    assertThat(seenByATask(true)).containsExactly("pool", "pool", "pool");
    assertThat(leftOnThePool()).containsExactly("pool", "pool", "pool");
    assertThat(heard.failures(FailureReport.Kind.CALLBACK_FAILED)).singleElement().extracting(Throwable::getMessage).isEqualTo("bad refuses forker");
  }

  @Test
  void ifOneCannotBePutBackTheOthersAreAllTheSame() throws Exception {
    bad.refuses = "pool";
    assertThat(seenByATask(true)).containsExactly("forker", "forker", "forker");
    assertThat(leftOnThePool()).as("the bad one left its own behind").containsExactly("pool", "forker", "pool");
    assertThat(heard.failures(FailureReport.Kind.CALLBACK_FAILED)).singleElement().extracting(Throwable::getMessage).isEqualTo("bad refuses pool");
  }

  @Test
  void theFailuresOfSeveralAreToldTogether() throws Exception {
    bad.refuses = "pool";
    first.refuses = "pool";
    seenByATask(true);
    assertThat(leftOnThePool()).containsExactly("forker", "forker", "pool");
    assertThat(heard.failures(FailureReport.Kind.CALLBACK_FAILED))
        .singleElement()
        .satisfies(failure -> assertThat(failure.getSuppressed()).extracting(Throwable::getMessage).containsExactly("first refuses pool"));
  }

  @Test
  void aFactoryThatLeavesWhatIsMissingIsObeyed() throws Exception {
    pool.submit(() -> set("pool")).get();
    first.value.set("forker");
    try (Scope scope = lifecycle.open("scope", o -> o.carry(carrier(false)).executor(pool))) {
      assertThat(scope.fork("task", this::values).get()).containsExactly("forker", "pool", "pool");
    }
    try (Scope scope = lifecycle.open("scope", o -> o.carry(carrier(true)).executor(pool))) {
      assertThat(scope.fork("task", this::values).get()).containsExactly("forker", "-", "-");
    }
    assertThat(leftOnThePool()).containsExactly("pool", "pool", "pool");
  }

  @Test
  void aRegistryWithoutAccessorsCarriesNothing() throws Exception {
    MicrometerCarrier empty = MicrometerCarrier.of(ContextSnapshotFactory.builder().contextRegistry(new ContextRegistry()).build());
    set("forker");
    try (Scope scope = lifecycle.open("scope", o -> o.carry(empty).executor(pool))) {
      assertThat(scope.fork("task", this::values).get()).containsExactly("-", "-", "-");
    }
    assertThat(heard.all()).isEmpty();
  }

  private static final class Accessor implements ThreadLocalAccessor<String> {
    private final ThreadLocal<@Nullable String> value = new ThreadLocal<>();
    private final String name;
    private volatile @Nullable String refuses;

    Accessor(String name) {
      this.name = name;
    }

    String shown() {
      String now = value.get();
      return now == null ? "-" : now;
    }

    @Override
    public Object key() {
      return name;
    }

    @Override
    public @Nullable String getValue() {
      return value.get();
    }

    @Override
    public void setValue(String value) {
      if (value.equals(refuses)) {
        throw new IllegalStateException(name + " refuses " + value);
      }
      this.value.set(value);
    }

    @Override
    public void setValue() {
      value.remove();
    }
  }
}
