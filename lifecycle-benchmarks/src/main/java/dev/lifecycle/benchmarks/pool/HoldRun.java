package dev.lifecycle.benchmarks.pool;

import dev.lifecycle.benchmarks.ChildJvm;
import dev.lifecycle.benchmarks.Trial;
import dev.lifecycle.benchmarks.report.Figure;
import dev.lifecycle.benchmarks.report.Measure;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Row 3: more threads than objects, each holding its object for a while. An average would hide what matters: how long the unluckiest one waits, and whether
 * each gets its share. Every run has a JVM of its own, which warms up on a pool that is thrown away.
 */
public class HoldRun implements Trial.Program {
  private static final Duration WARM_UP = Duration.ofSeconds(1);
  private static final Duration MEASURED = Duration.ofSeconds(4);

  /** The child: the class that knows the load, and the key. */
  public static void main(String[] args) throws Exception {
    HoldRun run = (HoldRun) Class.forName(args[0]).getDeclaredConstructor().newInstance();
    run.inThisJvm(args[1], WARM_UP);
    run.inThisJvm(args[1], MEASURED).taken().forEach((measure, samples) -> System.out.println(measure + "=" + samples.get(0)));
    // Threads of pools may be left; the figures are what was wanted.
    System.out.flush();
    Runtime.getRuntime().halt(0);
  }

  /** The key ends in that of the contender. */
  @Override
  public Figure measure(String key) throws Exception {
    List<String> options = new ArrayList<>(ManagementFactory.getRuntimeMXBean().getInputArguments());
    options.addAll(List.of("-Xms1g", "-Xmx1g"));
    Map<Measure, List<Double>> taken = new EnumMap<>(Measure.class);
    ChildJvm.run(options, HoldRun.class, getClass().getName(), key).lines().forEach(line -> {
      String[] sample = line.split("=");
      taken.put(Measure.valueOf(sample[0]), List.of(Double.valueOf(sample[1])));
    });
    return new Figure(taken);
  }

  /** What is asked of the pool. */
  Load load(String key) {
    return new Load(8, 4, Duration.ofNanos(200_000));
  }

  /** A thread of the kind that the row is about. */
  Thread newThread(Runnable body) {
    return new Thread(body);
  }

  /** Measures the contender that the key ends in, for so long. */
  final Figure inThisJvm(String key, Duration length) throws Exception {
    Load load = load(key);
    Side<?> side = Contender.of(key.substring(key.lastIndexOf('.') + 1)).open(load.objects());
    try {
      return measured(side, load, length);
    } finally {
      side.close();
    }
  }

  private <C> Figure measured(Side<C> side, Load load, Duration length) throws Exception {
    Period period = new Period();
    List<Claimer<C>> claimers = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < load.threads(); i++) {
      Claimer<C> claimer = new Claimer<>(side, load.hold(), period);
      claimers.add(claimer);
      threads.add(newThread(claimer));
    }
    threads.forEach(Thread::start);
    long begin = System.nanoTime();
    period.begin();
    Thread.sleep(length.toMillis());
    period.end();
    long nanos = System.nanoTime() - begin;
    for (Thread thread : threads) {
      thread.join();
    }
    return Waits.figure(claimers.stream().map(Claimer::waits).map(Objects::requireNonNull).toList(), nanos);
  }
}
