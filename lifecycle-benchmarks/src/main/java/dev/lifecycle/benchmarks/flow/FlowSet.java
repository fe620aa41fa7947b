package dev.lifecycle.benchmarks.flow;

import static dev.lifecycle.benchmarks.report.Goal.Kind.RATIO;
import static dev.lifecycle.benchmarks.report.Measure.BYTES;
import static dev.lifecycle.benchmarks.report.Measure.NANOS;

import dev.lifecycle.benchmarks.BenchmarkSet;
import dev.lifecycle.benchmarks.Trial;
import dev.lifecycle.benchmarks.report.Goal;
import dev.lifecycle.benchmarks.report.Line;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The set {@code flow}: what an element costs on its way through a bounded queue, beside the queues of others. No goals: it is behind a decision. */
public final class FlowSet implements BenchmarkSet {
  private static final String HERE = FlowSet.class.getPackageName() + '.';
  private static final Map<String, String> THREADS = Map.of("platform", "TransferBenchmark", "virtual", "VirtualTransferBenchmark25");
  private static final List<String> SHAPES = List.of("1:1", "4:1", "4:4");
  private static final List<String> WORK = List.of("0", "200");
  private static final List<String> METHODS = List.of("handoff", "jctools", "arrayBlockingQueue", "linkedBlockingQueue", "fairArrayBlockingQueue");
  private static final Map<String, String> PEERS = Map.of("jctools", "JCTools with parking", "arrayBlockingQueue", "ArrayBlockingQueue",
      "linkedBlockingQueue", "LinkedBlockingQueue", "fairArrayBlockingQueue", "ArrayBlockingQueue, fair");

  @Override
  public String name() {
    return "flow";
  }

  @Override
  public List<Trial> trials() {
    List<Trial> trials = new ArrayList<>();
    for (String threads : List.of("platform", "virtual")) {
      for (String work : WORK) {
        for (String shape : SHAPES) {
          for (String method : METHODS) {
            trials.add(new Trial(key(threads, work, shape, method), HERE + THREADS.get(threads), method, Map.of("shape", shape, "work", work)));
          }
        }
      }
    }
    return trials;
  }

  private static String key(String threads, String work, String shape, String method) {
    return threads + '.' + (work.equals("0") ? "bare" : "worked") + '.' + shape + '.' + method;
  }

  @Override
  public List<Line> lines() {
    List<Line> lines = new ArrayList<>();
    for (String threads : List.of("platform", "virtual")) {
      for (String work : WORK) {
        for (String shape : SHAPES) {
          String row = shape + ", " + threads + " threads" + (work.equals("0") ? "" : ", some work per element");
          String ours = key(threads, work, shape, "handoff");
          for (String peer : METHODS.subList(1, METHODS.size())) {
            lines.add(new Line(row, ours, key(threads, work, shape, peer), PEERS.getOrDefault(peer, peer), NANOS, Goal.none(RATIO)));
          }
          lines.add(new Line(row, ours, null, "", BYTES, Goal.none(Goal.Kind.ABSOLUTE)));
        }
      }
    }
    return lines;
  }
}
