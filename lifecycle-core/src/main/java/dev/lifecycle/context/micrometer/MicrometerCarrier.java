package dev.lifecycle.context.micrometer;

import dev.lifecycle.context.ContextCarrier;
import io.micrometer.context.ContextSnapshot;
import io.micrometer.context.ContextSnapshotFactory;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;

/**
 * Carries every thread-local that has an accessor in Micrometer's {@code ContextRegistry}, such as SLF4J's MDC or the current observation, from the
 * thread that forks a task to the thread that runs it.
 *
 * <pre>{@code
 * ContextRegistry.getInstance().registerThreadLocalAccessor(new Slf4jThreadLocalAccessor());     // once, at start-up
 * Scope.open("orders", o -> o.carry(MicrometerCarrier.global()));
 * }</pre>
 *
 * <p>Each value is set and put back apart from the others: if one accessor throws when its value is set, those before it are put back and the carrier
 * counts as failed, so that a task sees all values or none; if one throws when its value is put back, the others are put back all the same. Nothing
 * stays on a pooled thread but what the throwing accessor itself left there, or the value of an accessor that was taken out of the registry while a
 * task ran.
 *
 * <p>Immutable and thread-safe, if the accessors are; what was captured may be installed on several threads at once. Nothing blocks, unless an
 * accessor does. Without context-propagation on the class path the factories throw {@code NoClassDefFoundError}; nothing else in the library needs
 * it.
 *
 * <p>The idea and the registry are those of Micrometer context-propagation.
 */
public final class MicrometerCarrier implements ContextCarrier {
  private final ContextSnapshotFactory factory;

  private MicrometerCarrier(ContextSnapshotFactory factory) {
    this.factory = factory;
  }

  /**
   * Carries all values of the global registry, {@code ContextRegistry.getInstance()}; accessors that are registered later count from then on. What
   * the forking thread does not have is cleared while the task runs: no task sees what somebody else left on its thread.
   */
  public static MicrometerCarrier global() {
    return new MicrometerCarrier(ContextSnapshotFactory.builder().clearMissing(true).build());
  }

  /**
   * Carries what this factory captures: from a registry of one's own, or some keys only.
   *
   * @param factory decides too whether what the forking thread does not have is cleared on the task's thread; Micrometer's default is to leave it
   */
  @SuppressWarnings("exports") // the module is required static, see module-info: who calls this has a factory and so requires it himself
  public static MicrometerCarrier of(ContextSnapshotFactory factory) {
    return new MicrometerCarrier(Objects.requireNonNull(factory, "factory"));
  }

  @Override
  public Captured capture() {
    ContextSnapshot snapshot = factory.captureAll();
    return () -> install(snapshot);
  }

  /** One scope per key, since the snapshot's own scope for all keys loses what it has set if an accessor throws. */
  private static Installed install(ContextSnapshot snapshot) {
    Deque<ContextSnapshot.Scope> scopes = new ArrayDeque<>(); // last first
    try {
      for (Object key : keys(snapshot)) {
        scopes.push(snapshot.setThreadLocals(key::equals));
      }
    } catch (Throwable t) {
      close(scopes, t);
      throw t;
    }
    return () -> restore(scopes);
  }

  /** The keys that there are accessors for, in their order; nothing is set. */
  private static Set<Object> keys(ContextSnapshot snapshot) {
    Set<Object> keys = new LinkedHashSet<>();
    snapshot
        .setThreadLocals(
            key -> {
              keys.add(key);
              return false;
            })
        .close();
    return keys;
  }

  private static void restore(Deque<ContextSnapshot.Scope> scopes) {
    while (!scopes.isEmpty()) {
      try {
        scopes.pop().close();
      } catch (Throwable t) {
        close(scopes, t);
        throw t;
      }
    }
  }

  /** Closes the rest after a failure, and adds to it what they throw. */
  private static void close(Deque<ContextSnapshot.Scope> scopes, Throwable failure) {
    while (!scopes.isEmpty()) {
      try {
        scopes.pop().close();
      } catch (Throwable t) {
        if (t != failure) {
          failure.addSuppressed(t);
        }
      }
    }
  }

  @Override
  public String toString() {
    return "MicrometerCarrier[" + factory + ']';
  }
}
