package dev.lifecycle.model;

import dev.lifecycle.RestartPolicy.When;
import dev.lifecycle.RestartStrategy;
import dev.lifecycle.Service.Status;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** What the contract says of the services of one supervisor whose bodies end at once when they are cancelled, without threads. Not thread-safe. */
final class ModelServices {
  static final long NEVER = Long.MAX_VALUE;

  /** One service. */
  static final class One {
    final int index;
    final ServiceSpec spec;
    private final ArrayDeque<Long> taken = new ArrayDeque<>();
    private long startedAt;
    private long readyDue = NEVER;
    private int row;
    private Status end;
    int runs;
    boolean running;
    boolean ready;

    One(int index, ServiceSpec spec) {
      this.index = index;
      this.spec = spec;
    }

    Status status() {
      if (end != null) {
        return end;
      }
      return running ? ready ? Status.RUNNING : Status.STARTING : Status.BACKOFF;
    }
  }

  /** Services that are started again together. */
  private static final class Group {
    final TreeSet<Integer> members = new TreeSet<>();
    long startAt;
    ArrayDeque<Integer> toStart;
    One starting;
  }

  final List<One> all = new ArrayList<>();
  private final List<Group> groups = new ArrayList<>();
  private final RestartStrategy strategy;
  private final boolean escalates;
  long now;
  boolean ending;
  boolean failed;

  ModelServices(RestartStrategy strategy, boolean escalates) {
    this.strategy = strategy;
    this.escalates = escalates;
  }

  void add(ServiceSpec spec) {
    One one = new One(all.size(), spec);
    all.add(one);
    start(one);
  }

  private void start(One one) {
    one.runs++;
    one.running = true;
    one.startedAt = now;
    one.ready = one.spec.within() == 0;
    one.readyDue = one.ready ? NEVER : now + one.spec.withinNanos(one.index);
  }

  private void over(One one) {
    one.running = false;
    one.readyDue = NEVER;
    if (now - one.startedAt >= one.spec.windowNanos()) {
      one.row = 0;
    }
  }

  private void finish(One one, Status status) {
    end(one, status);
    goOn();
  }

  private void end(One one, Status status) {
    one.end = status;
    for (Group group : groups) {
      group.members.remove(one.index);
      if (group.toStart != null) {
        group.toStart.remove(one.index);
      }
      if (group.starting == one) {
        group.starting = null;
      }
    }
  }

  // ---- events

  void ended(One one, boolean failure) {
    over(one);
    When when = one.spec.when();
    if (ending) {
      finish(one, failure ? Status.FAILED : Status.COMPLETED);
    } else if (!failure && when != When.ALWAYS) {
      finish(one, Status.COMPLETED);
    } else if (when == When.NEVER) {
      finish(one, Status.FAILED);
    } else {
      again(one);
    }
  }

  void ready(One one) {
    if (one.running && !one.ready) {
      one.ready = true;
      one.readyDue = NEVER;
      goOn();
    }
  }

  void stop(One one) {
    if (one.end == null) {
      one.running = false;
      one.readyDue = NEVER;
      finish(one, Status.STOPPED);
    }
  }

  void drain() {
    ending = true;
    groups.clear();
    all.stream().filter(one -> !one.running).forEach(this::stop);
  }

  void cancel() {
    ending = true;
    groups.clear();
    all.forEach(this::stop);
  }

  // ---- time

  /** The earliest moment at which something is due. */
  long nextDue() {
    long next = NEVER;
    for (One one : all) {
      next = Math.min(next, one.readyDue);
    }
    for (Group group : groups) {
      next = group.toStart == null ? Math.min(next, group.startAt) : next;
    }
    return next;
  }

  void advance(long to) {
    now = to;
    for (One one : all) {
      if (one.readyDue <= now) {
        if (ending) {
          stop(one); // cancelled because it was late, and not to run again anyway
        } else {
          ended(one, true);
        }
      }
    }
    goOn();
  }

  // ---- restarts

  private void again(One one) {
    while (!one.taken.isEmpty() && now - one.taken.peek() >= one.spec.windowNanos()) {
      one.taken.poll();
    }
    if (one.taken.size() == one.spec.limit()) {
      if (escalates) {
        one.end = Status.FAILED;
        failed = true;
        cancel();
      }
      finish(one, Status.FAILED);
      return;
    }
    one.taken.add(now);
    one.row++;
    long delay = one.spec.initialNanos(one.index);
    for (int i = 1; i < one.row && delay < one.spec.maxNanos(one.index); i++) {
      delay *= 2;
    }
    restart(one, now + Math.min(delay, one.spec.maxNanos(one.index)));
  }

  private void restart(One failing, long startAt) {
    Group group = new Group();
    group.startAt = startAt;
    group.members.add(failing.index);
    for (One other : all) {
      boolean with = strategy == RestartStrategy.ONE_FOR_ALL || strategy == RestartStrategy.REST_FOR_ONE && other.index > failing.index;
      if (other.end == null && with) {
        group.members.add(other.index);
      }
    }
    for (Group earlier : List.copyOf(groups)) {
      if (earlier.members.stream().anyMatch(group.members::contains)) {
        earlier.members.stream().filter(i -> earlier.toStart == null || !all.get(i).running).forEach(group.members::add);
        group.startAt = earlier.toStart == null ? Math.max(group.startAt, earlier.startAt) : group.startAt;
        groups.remove(earlier);
      }
    }
    groups.add(group);
    List<One> stopped = group.members.stream().map(all::get).filter(member -> member.running).toList();
    stopped.forEach(this::over);
    stopped.stream().filter(member -> member.spec.when() == When.NEVER).forEach(member -> end(member, Status.STOPPED));
    goOn();
  }

  private void goOn() {
    for (Group group : List.copyOf(groups)) {
      if (group.toStart == null && now >= group.startAt && group.members.stream().noneMatch(i -> all.get(i).running)) {
        group.toStart = new ArrayDeque<>(group.members);
      }
      while (group.toStart != null && (group.starting == null || group.starting.ready) && groups.contains(group)) {
        Integer next = group.toStart.poll();
        if (next == null) {
          groups.remove(group);
        } else {
          group.starting = all.get(next);
          start(group.starting);
        }
      }
    }
  }
}
