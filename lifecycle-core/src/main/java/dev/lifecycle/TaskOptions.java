package dev.lifecycle;

import dev.lifecycle.internal.Disposal;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How one task behaves. Immutable: every method returns a copy; bad values are refused at once.
 *
 * @param <T> the type of the task's result
 */
public final class TaskOptions<T extends @Nullable Object> {
  private static final TaskOptions<@Nullable Object> DEFAULTS = new TaskOptions<>();

  private @Nullable Duration timeout;
  private @Nullable Interrupts interrupts;
  private @Nullable Consumer<? super T> onDiscard;
  private @Nullable Action onNeverRun;
  private @Nullable Duration expectedWithin;
  private ThreadKind thread = ThreadKind.VIRTUAL;

  private TaskOptions() {}

  private TaskOptions(TaskOptions<T> o) {
    timeout = o.timeout;
    interrupts = o.interrupts;
    onDiscard = o.onDiscard;
    onNeverRun = o.onNeverRun;
    expectedWithin = o.expectedWithin;
    thread = o.thread;
  }

  /** The defaults. */
  @SuppressWarnings("unchecked") // the defaults hold nothing of type T
  public static <T extends @Nullable Object> TaskOptions<T> defaults() {
    return (TaskOptions<T>) DEFAULTS;
  }

  private TaskOptions<T> copy() {
    return new TaskOptions<>(this);
  }

  /** Cancels the task this long after the fork; zero or negative: its body never runs. */
  public TaskOptions<T> timeout(Duration timeout) {
    Objects.requireNonNull(timeout, "timeout");
    TaskOptions<T> o = copy();
    o.timeout = timeout;
    return o;
  }

  /** Whether a cancel may interrupt this task; as the scope says, by default. */
  public TaskOptions<T> interrupt(Interrupts interrupts) {
    Objects.requireNonNull(interrupts, "interrupts");
    TaskOptions<T> o = copy();
    o.interrupts = interrupts;
    return o;
  }

  /**
   * Takes, exactly once, a value that nobody will: the task was cancelled before it returned one, or the scope failed and nobody had taken the value by
   * its close. Shielded from cancel; what it throws is reported.
   */
  public TaskOptions<T> onDiscard(Consumer<? super T> onDiscard) {
    Objects.requireNonNull(onDiscard, "onDiscard");
    TaskOptions<T> o = copy();
    o.onDiscard = onDiscard;
    return o;
  }

  /** {@link #onDiscard} that closes the value if it is an {@code AutoCloseable}. */
  public TaskOptions<T> closeOnDiscard() {
    return onDiscard(value -> Disposal.close(value, "a discarded value"));
  }

  /** Runs exactly once if the body never runs: the place to close what the lambda captured. */
  public TaskOptions<T> onNeverRun(Action onNeverRun) {
    Objects.requireNonNull(onNeverRun, "onNeverRun");
    TaskOptions<T> o = copy();
    o.onNeverRun = onNeverRun;
    return o;
  }

  /** How long the task is expected to run, positive; an older one is a suspect. Cancels nothing. */
  public TaskOptions<T> expectedWithin(Duration expectedWithin) {
    Objects.requireNonNull(expectedWithin, "expectedWithin");
    if (expectedWithin.isZero() || expectedWithin.isNegative()) {
      throw new IllegalArgumentException("expectedWithin must be positive: " + expectedWithin);
    }
    TaskOptions<T> o = copy();
    o.expectedWithin = expectedWithin;
    return o;
  }

  /** The kind of thread; has no effect in a scope with an executor. */
  public TaskOptions<T> thread(ThreadKind thread) {
    Objects.requireNonNull(thread, "thread");
    TaskOptions<T> o = copy();
    o.thread = thread;
    return o;
  }

  /** The timeout, if any. */
  public @Nullable Duration timeout() {
    return timeout;
  }

  /** Whether a cancel may interrupt; null: as the scope says. */
  public @Nullable Interrupts interrupts() {
    return interrupts;
  }

  /** The discard handler, if any. */
  public @Nullable Consumer<? super T> onDiscard() {
    return onDiscard;
  }

  /** The handler for a body that never runs, if any. */
  public @Nullable Action onNeverRun() {
    return onNeverRun;
  }

  /** The expected age, if any. */
  public @Nullable Duration expectedWithin() {
    return expectedWithin;
  }

  /** The kind of thread. */
  public ThreadKind thread() {
    return thread;
  }
}
