package dev.lifecycle.benchmarks.core;

import static dev.lifecycle.benchmarks.report.Goal.Kind.MORE;
import static dev.lifecycle.benchmarks.report.Goal.Kind.RATIO;
import static dev.lifecycle.benchmarks.report.Measure.BYTES;
import static dev.lifecycle.benchmarks.report.Measure.NANOS;

import dev.lifecycle.benchmarks.BenchmarkSet;
import dev.lifecycle.benchmarks.Trial;
import dev.lifecycle.benchmarks.report.Figure;
import dev.lifecycle.benchmarks.report.Goal;
import dev.lifecycle.benchmarks.report.Line;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The set {@code core}: the rows of the core's speed table, and which peer each goal is about. */
public final class CoreSet implements BenchmarkSet {
  private static final String HERE = CoreSet.class.getPackageName() + '.';
  private static final String FORK = "open + fork x100 + join + close";
  private static final String FORK_BYTES = "bytes per forked task over a bare virtual thread";
  private static final String CALL = "call with a timeout that does not fire";
  private static final String VIRTUAL_CALL = "the same on a virtual thread";
  private static final String VIEW = "executor view over a pool, per task of 1,000";
  private static final String SUBMIT = "executor view over a pool, submit + get";
  private static final String SOON = "100,000 pending deadlines, one more that is the earliest";
  private static final String BESIDE = "100,000 pending deadlines, one more around 3 us of work, which is taken off";
  private static final String WORK = "2000";
  private static final String AMONG = "100,000 pending deadlines, one more among them";
  private static final String MILLION = "heap per live parked task, of 1,000,000";
  private static final String PROBE = "Context.current().isCancelled(), ";
  /** Below 21 a task has a thread of the platform: fewer of them, or the operating system refuses. */
  private static final String PARKED = Runtime.version().feature() >= 21 ? "10000" : "1000";
  private static final String CANCEL = "cancel of " + PARKED + " parked tasks, to the last end";

  @Override
  public String name() {
    return "core";
  }

  @Override
  public List<Trial> trials() {
    List<Trial> trials = new ArrayList<>();
    for (String tasks : List.of("100", "1000", "0")) {
      trials.add(fork("fork.lifecycle", "ForkBenchmark", "lifecycle", tasks));
      trials.add(fork("fork.named", "ForkBenchmark25", "namedThreads", tasks));
      if (tasks.equals("100")) {
        trials.add(fork("fork.bare", "ForkBenchmark25", "bareThreads", tasks));
        trials.add(fork("fork.sts", "ForkBenchmark25", "structuredTaskScope", tasks));
        trials.add(fork("fork.executor", "ForkBenchmark25", "threadPerTaskExecutor", tasks));
        trials.add(fork("fork.pool", "ForkBenchmark", "cachedPool", tasks));
        trials.add(fork("fork.future", "ForkBenchmark", "completableFuture", tasks));
      }
    }
    for (String type : List.of("CallBenchmark", "VirtualCallBenchmark25")) {
      String key = type.startsWith("Virtual") ? "call.virtual." : "call.";
      trials.add(trial(key + "lifecycle", type, "lifecycle"));
      trials.add(trial(key + "grpc", type, "grpcContext"));
      trials.add(trial(key + "failsafe", type, "failsafeTimeout"));
      trials.add(trial(key + "future", type, "orTimeout"));
    }
    for (String method : List.of("batchOnView", "batchOnPool", "submitToView", "submitToPool")) {
      trials.add(trial("view." + method, "ExecutorViewBenchmark", method));
    }
    for (String when : List.of("soon", "among", "work")) {
      Map<String, String> params = Map.of("soon", String.valueOf(!when.equals("among")), "work", when.equals("work") ? WORK : "0");
      trials.add(new Trial("pending.lifecycle." + when, HERE + "PendingBenchmark", "lifecycle", params));
      trials.add(new Trial("pending.forkjoin." + when, HERE + "PendingForkJoinBenchmark25", "scheduleAndCancel", params));
      trials.add(new Trial("pending.scheduled." + when, HERE + "PendingTimerBenchmark", "scheduleAndCancel", params));
    }
    trials.add(new Trial("pending.nothing.work", HERE + "PendingBenchmark", "nothing", Map.of("soon", "true", "work", WORK)));
    Map<String, String> parked = Map.of("tasks", PARKED);
    trials.add(new Trial("cancel.lifecycle", HERE + "CancelBenchmark", "lifecycle", parked));
    trials.add(new Trial("cancel.sts", HERE + "CancelScopeBenchmark25", "structuredTaskScope", parked));
    trials.add(new Trial("cancel.executor", HERE + "CancelExecutorBenchmark25", "shutdownNow", parked));
    for (String method : List.of("inTask", "inTaskWithDeadline", "inCallBody", "interruptFlag")) {
      trials.add(trial("probe." + method, "ContextProbeBenchmark", method));
    }
    trials.add(Trial.of("million.lifecycle", "dev.lifecycle.benchmarks.MillionTasks", ""));
    trials.add(Trial.of("million.bare", "dev.lifecycle.benchmarks.MillionTasks", ""));
    return trials;
  }

  /**
   * The cost of one fork: a run with many less a run with none, so that neither the scope nor the latch counts. The cost of a timeout beside work: a run
   * with both less one with the work alone.
   */
  @Override
  public Map<String, Figure> derived(Map<String, Figure> measured) {
    Map<String, Figure> derived = new HashMap<>();
    for (String side : List.of("fork.lifecycle", "fork.named")) {
      Figure none = measured.get(side + ".0");
      for (int tasks : new int[] {100, 1_000}) {
        Figure many = measured.get(side + '.' + tasks);
        if (none != null && many != null) {
          derived.put(side + ".each" + tasks, many.perOperation(none, tasks));
        }
      }
    }
    Figure nothing = measured.get("pending.nothing.work");
    for (String side : List.of("pending.lifecycle", "pending.forkjoin", "pending.scheduled")) {
      Figure work = measured.get(side + ".work");
      if (nothing != null && work != null) {
        derived.put(side + ".beside", work.above(nothing));
      }
    }
    return derived;
  }

  @Override
  public List<Line> lines() {
    List<Line> lines = new ArrayList<>();
    lines.add(new Line(FORK, "fork.lifecycle.100", "fork.named.100", "virtual threads + latch", NANOS, Goal.ratio(1.10)));
    lines.add(new Line(FORK, "fork.lifecycle.100", "fork.bare.100", "the same, without names", NANOS, Goal.ratio(1.10)));
    lines.add(new Line(FORK, "fork.lifecycle.100", "fork.sts.100", "StructuredTaskScope", NANOS, Goal.ratio(0.80)));
    lines.add(new Line(FORK, "fork.lifecycle.100", "fork.executor.100", "thread-per-task executor", NANOS, Goal.none(RATIO)));
    lines.add(new Line(FORK, "fork.lifecycle.100", "fork.pool.100", "cached pool", NANOS, Goal.none(RATIO)));
    lines.add(new Line(FORK, "fork.lifecycle.100", "fork.future.100", "CompletableFuture", NANOS, Goal.none(RATIO)));
    lines.add(new Line(FORK_BYTES, "fork.lifecycle.each100", "fork.named.each100", "virtual thread, of 100", BYTES, Goal.more(96)));
    lines.add(new Line(FORK_BYTES, "fork.lifecycle.each1000", "fork.named.each1000", "virtual thread, of 1,000", BYTES, Goal.more(96)));
    lines.addAll(calls(CALL, "call."));
    lines.addAll(calls(VIRTUAL_CALL, "call.virtual."));
    lines.add(new Line(VIEW, "view.batchOnView", "view.batchOnPool", "the pool", NANOS, Goal.more(100)));
    lines.add(new Line(VIEW, "view.batchOnView", "view.batchOnPool", "the pool", BYTES, Goal.more(120)));
    lines.add(new Line(SUBMIT, "view.submitToView", "view.submitToPool", "the pool", NANOS, Goal.none(MORE)));
    lines.add(new Line(SUBMIT, "view.submitToView", "view.submitToPool", "the pool", BYTES, Goal.more(120)));
    lines.addAll(pending(SOON, "soon"));
    lines.addAll(pending(AMONG, "among"));
    lines.addAll(pending(BESIDE, "beside"));
    lines.add(new Line(CANCEL, "cancel.lifecycle", "cancel.sts", "StructuredTaskScope", NANOS, Goal.ratio(1.0)));
    lines.add(new Line(CANCEL, "cancel.lifecycle", "cancel.executor", "executor, shutdownNow", NANOS, Goal.none(RATIO)));
    lines.add(new Line(MILLION, "million.lifecycle", "million.bare", "virtual threads", BYTES, Goal.ratio(1.25)));
    lines.add(probe("in a task", "inTask"));
    lines.add(probe("in a task with a deadline", "inTaskWithDeadline"));
    lines.add(probe("in the body of a call", "inCallBody"));
    return lines;
  }

  private static Line probe(String place, String method) {
    return new Line(PROBE + place, "probe." + method, "probe.interruptFlag", "Thread.isInterrupted()", NANOS, Goal.none(RATIO));
  }

  private static List<Line> pending(String row, String when) {
    String ours = "pending.lifecycle." + when;
    return List.of(
        new Line(row, ours, "pending.forkjoin." + when, "ForkJoinPool.schedule + cancel", NANOS, Goal.ratio(1.0)),
        new Line(row, ours, "pending.scheduled." + when, "ScheduledThreadPoolExecutor", NANOS, Goal.none(RATIO)));
  }

  private static List<Line> calls(String row, String key) {
    return List.of(
        new Line(row, key + "lifecycle", key + "grpc", "gRPC Context.withDeadlineAfter", NANOS, Goal.ratio(0.30)),
        new Line(row, key + "lifecycle", key + "failsafe", "Failsafe Timeout with interrupt", NANOS, Goal.ratio(0.10)),
        new Line(row, key + "lifecycle", key + "future", "CompletableFuture.orTimeout", NANOS, Goal.none(RATIO)),
        new Line(row, key + "lifecycle", null, "", BYTES, Goal.absolute(160)));
  }

  private static Trial fork(String key, String type, String method, String tasks) {
    return new Trial(key + '.' + tasks, HERE + type, method, Map.of("tasks", tasks));
  }

  private static Trial trial(String key, String type, String method) {
    return Trial.of(key, HERE + type, method);
  }
}
