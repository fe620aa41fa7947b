package dev.lifecycle.diagnostics;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.internal.Tree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;

/**
 * The live tree of a lifecycle at about one moment: scopes, their tasks, resources and ages. Weakly consistent: what lives from the start of the walk to
 * its end is seen once; taking one stops nobody.
 *
 * <p>Immutable and thread-safe. Text shows purposes and names, which the library has checked, and never a user object's {@code toString}.
 */
public final class Snapshot {
  private final Tree tree;

  private Snapshot(Tree tree) {
    this.tree = tree;
  }

  /** The tree of the system's lifecycle. */
  public static Snapshot take() {
    return take(Lifecycle.system());
  }

  /** The tree of a lifecycle. */
  public static Snapshot take(Lifecycle lifecycle) {
    return new Snapshot(Tree.read(Objects.requireNonNull(lifecycle, "lifecycle")));
  }

  /** How many scopes are shown. */
  public int scopes() {
    return tree.scopes();
  }

  /** How many tasks are shown, orphans included. */
  public int tasks() {
    return tree.tasks();
  }

  /**
   * Writes the tree as text, line by line.
   *
   * @throws UncheckedIOException if {@code out} throws
   */
  public void writeTo(Appendable out) {
    Objects.requireNonNull(out, "out");
    try {
      tree.write(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The tree as text. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    writeTo(text);
    return text.toString();
  }
}
