package dev.lifecycle.internal;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.spi.OwnedResource;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A copy of the facts of the live tree, for {@code Snapshot}: it holds strings and numbers, nothing alive. */
public final class Tree {
  private record Node(int depth, boolean isTask, String head, long ageNanos, String tail) {}

  private static final int WIDTH = 36;

  private final String title;
  private final List<Node> nodes;
  private final int scopes;
  private final int tasks;

  private Tree(String title, List<Node> nodes, int scopes, int tasks) {
    this.title = title;
    this.nodes = nodes;
    this.scopes = scopes;
    this.tasks = tasks;
  }

  /** Reads the tree of a lifecycle. */
  public static Tree read(Lifecycle lifecycle) {
    if (!(lifecycle instanceof LifecycleCore core)) {
      throw new IllegalArgumentException("lifecycle is not one of this library: " + lifecycle.getClass().getName());
    }
    Reader reader = new Reader(core.coarse.nanoTime());
    List<ScopeCore> roots = new ArrayList<>();
    core.forEachRoot(roots::add);
    roots.sort((a, b) -> Long.compare(a.id, b.id));
    reader.read(roots);
    Instant at = core.clock.instant().truncatedTo(ChronoUnit.SECONDS);
    String title = "lifecycle " + core.name() + ' ' + at + " pid " + ProcessHandle.current().pid() + "  scopes " + reader.scopes + "  tasks " + reader.tasks;
    return new Tree(title, List.copyOf(reader.nodes), reader.scopes, reader.tasks);
  }

  /** How many scopes it shows. */
  public int scopes() {
    return scopes;
  }

  /** How many tasks it shows. */
  public int tasks() {
    return tasks;
  }

  /** Writes it as text. */
  public void write(Appendable out) throws IOException {
    out.append(title).append('\n');
    for (Node node : nodes) {
      String head = "   ".repeat(node.depth) + (node.isTask ? "- " : "") + node.head;
      out.append(String.format(Locale.ROOT, "%-" + WIDTH + "s age %7.1fs  %s%n", head, node.ageNanos / 1e9, node.tail));
    }
  }

  private static final class Reader {
    private final List<Node> nodes = new ArrayList<>();
    private final long now;
    private int scopes;
    private int tasks;

    Reader(long now) {
      this.now = now;
    }

    /** A scope; one with a resource is private to that, whose line stands for it. */
    private record Place(ScopeCore scope, int depth, ScopeExtras.@Nullable Named resource) {}

    /** Depth first, without recursion: a tree may be deeper than a stack. */
    void read(List<ScopeCore> roots) {
      ArrayDeque<Place> left = new ArrayDeque<>();
      for (int i = roots.size() - 1; i >= 0; i--) {
        left.push(new Place(roots.get(i), 0, null));
      }
      for (Place place = left.poll(); place != null; place = left.poll()) {
        if (place.resource == null) {
          scope(place.scope, place.depth);
        } else {
          named(place.resource, place.depth);
          tasks(place.scope, place.depth + 1);
        }
        int below = place.depth + 1;
        Chain<ScopeCore> children = place.scope.childrenOrNull();
        if (children != null) {
          children.forEach(child -> left.push(new Place(child, below, null))); // newest first, so the oldest is on top
        }
        ScopeExtras extras = place.scope.extrasOrNull();
        Chain<PrivateScope> resources = extras == null ? null : extras.resourcesOrNull();
        if (resources != null) {
          resources.forEach(resource -> resource(resource, below, left));
        }
      }
    }

    /** The resource itself, or if nothing stands for it any more what it has left running. */
    private static void resource(PrivateScope scope, int depth, ArrayDeque<Place> left) {
      ScopeExtras.Named listed = scope.listed();
      Chain<ScopeCore> children = scope.core.childrenOrNull();
      if (listed != null || ScopeState.live(scope.core.word()) > 0 || children != null && !children.isEmpty()) {
        left.push(new Place(scope.core, depth, listed));
      }
    }

    private void scope(ScopeCore scope, int depth) {
      long w = scope.word();
      ScopeExtras extras = scope.extrasOrNull();
      StringBuilder tail = new StringBuilder().append(ScopeState.live(w)).append(" live");
      if (ScopeState.is(w, ScopeState.NO_ADMIT)) {
        tail.append(", draining");
      }
      Mark mark = scope.mark();
      if (mark != null) {
        tail.append(", cancelled ").append(mark.reason.kind());
      }
      if (ScopeState.is(w, ScopeState.CLOSED)) {
        tail.append(", closed");
      }
      ServiceCore service = extras == null ? null : extras.service;
      if (service != null) {
        tail.append(", service ").append(service.words());
      }
      CallFrame call = scope.call;
      Thread body = call == null ? null : call.thread;
      if (body != null) {
        tail.append(", call on ").append(name(body));
      } else if (scope.opener instanceof Thread owner) {
        tail.append(", opened by ").append(name(owner));
      }
      scopes++;
      nodes.add(new Node(depth, false, scope.name() + ' ' + scope.purpose.name, Math.max(0, now - scope.openedAt), tail.toString()));
      if (extras != null) {
        for (ScopeExtras.Named named : extras.owned()) {
          if (!named.isApart) {
            named(named, depth + 1);
          }
        }
      }
      tasks(scope, depth + 1);
    }

    private void named(ScopeExtras.Named named, int depth) {
      nodes.add(new Node(depth, true, named.kind + " " + named.name, Math.max(0, now - named.since), figures(named)));
    }

    private void tasks(ScopeCore scope, int depth) {
      TaskList chain = scope.tasksOrNull();
      if (chain == null) {
        return;
      }
      List<TaskNode<?>> all = new ArrayList<>();
      chain.forEach(all::add);
      for (int i = all.size() - 1; i >= 0; i--) {
        TaskNode<?> task = all.get(i);
        tasks++;
        nodes.add(new Node(depth, true, "t-" + task.id() + ' ' + task.purpose(), Math.max(0, now - task.startedAt), task.status() + name(" on ", task.thread)));
      }
    }

    private static String figures(ScopeExtras.Named named) {
      StringBuilder text = new StringBuilder("owned");
      if (named.resource() instanceof OwnedResource resource) {
        resource.figures().values().forEach((figure, value) -> text.append(' ').append(figure).append('=').append(value));
      }
      return text.toString();
    }

    private static String name(String before, @Nullable Thread thread) {
      return thread == null ? "" : before + name(thread);
    }

    /** Thread names are anybody's: shown without control characters and cut. */
    private static String name(Thread thread) {
      String name = thread.getName();
      StringBuilder clean = new StringBuilder("#").append(thread.getId());
      if (!name.isEmpty()) {
        clean.append(' ').append(Text.line(name, 64));
      }
      return clean.toString();
    }
  }
}
