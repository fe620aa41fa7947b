package dev.lifecycle.spi;

/**
 * A resource that a scope owns and the tree shows: its name, its kind, its figures and how to close it. The core knows pools and caches only as this.
 *
 * <p>Implementations are thread-safe. {@link #figures()} is called by snapshots and scrapes: it must not block.
 */
public interface OwnedResource extends AutoCloseable {
  /** The name, shown in the tree; it follows the rule of purposes. */
  String name();

  /** The kind. */
  ResourceKind kind();

  /** The current figures; O(1) and non-blocking. */
  ResourceFigures figures();

  /** Closes the resource; called by the owning scope after its last task, unless somebody did before. Idempotent. */
  @Override
  void close() throws Exception;
}
