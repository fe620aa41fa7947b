package dev.lifecycle.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A doubly linked list whose nodes are the records themselves, so that being listed allocates nothing.
 *
 * <p>Add and remove take the monitor for a few instructions; nothing blocks and no foreign code runs under it. Walks hold it for at most
 * {@value #CHUNK} nodes at a time and keep their place with a cursor of their own in the list, so that a walk over a million nodes delays nobody: it
 * sees every node that is listed from its start to its end, once, and may or may not see others.
 */
final class Chain<N extends Link> {
  static final int CHUNK = 1_024;

  private @Nullable Link first;
  private @Nullable Link last;

  synchronized void add(N node) {
    append(node);
  }

  synchronized void remove(N node) {
    unlink(node);
  }

  synchronized boolean isEmpty() {
    for (Link n = first; n != null; n = n.next) {
      if (!(n instanceof Cursor)) {
        return false;
      }
    }
    return true;
  }

  /** The node added last among those listed, or null. */
  synchronized @Nullable N newest() {
    for (Link n = last; n != null; n = n.prev) {
      if (!(n instanceof Cursor)) {
        return cast(n);
      }
    }
    return null;
  }

  /** Calls the visitor with every node, newest first, outside the monitor. */
  void forEach(Consumer<? super N> visitor) {
    Cursor cursor = new Cursor();
    List<N> some = new ArrayList<>();
    try {
      do {
        some.clear();
        advance(cursor, some);
        for (int i = 0; i < some.size(); i++) {
          visitor.accept(some.get(i));
        }
      } while (cursor.placed);
    } finally {
      retire(cursor);
    }
  }

  /** Takes the next nodes, and leaves the cursor in the place of the last one unless the end was reached. */
  private synchronized void advance(Cursor cursor, List<N> some) {
    Link at = cursor.placed ? cursor.prev : last;
    if (cursor.placed) {
      unlink(cursor);
      cursor.placed = false;
    }
    int visited = 0;
    while (at != null) {
      if (visited == CHUNK) {
        insertAfter(at, cursor);
        cursor.placed = true;
        return;
      }
      if (!(at instanceof Cursor)) {
        some.add(cast(at));
      }
      visited++;
      at = at.prev;
    }
  }

  private synchronized void retire(Cursor cursor) {
    if (cursor.placed) {
      unlink(cursor);
      cursor.placed = false;
    }
  }

  @SuppressWarnings("unchecked") // only nodes of type N and cursors are ever linked
  private N cast(Link node) {
    return (N) node;
  }

  private void append(Link node) {
    node.prev = last;
    node.next = null;
    if (last == null) {
      first = node;
    } else {
      last.next = node;
    }
    last = node;
  }

  private void insertAfter(Link place, Link node) {
    Link after = place.next;
    node.prev = place;
    node.next = after;
    place.next = node;
    if (after == null) {
      last = node;
    } else {
      after.prev = node;
    }
  }

  private void unlink(Link node) {
    Link before = node.prev;
    Link after = node.next;
    if (before == null) {
      first = after;
    } else {
      before.next = after;
    }
    if (after == null) {
      last = before;
    } else {
      after.prev = before;
    }
    node.prev = null;
    node.next = null;
  }

  private static final class Cursor extends Link {
    boolean placed;
  }
}
