package dev.lifecycle.benchmarks;

import dev.lifecycle.benchmarks.report.Figure;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;

/**
 * One benchmark of a set.
 *
 * @param key the name of its figure
 * @param type the class, by name since it may be of the source set for 25
 * @param method the benchmark method; empty if the class is a {@link Program}
 * @param params values for JMH's parameters
 * @param threads how many threads JMH runs it on at once
 * @param forks in how many JVMs a full run measures it at least; 0 if it asks for no more than the others get
 */
public record Trial(String key, String type, String method, Map<String, String> params, int threads, int forks) {
  /** A measurement that is not made by JMH: a class with a constructor without arguments. */
  public interface Program {
    /** Measures the thing with this key once. May take a minute. */
    Figure measure(String key) throws Exception;
  }

  /** A trial on one thread that is run as often as the others. */
  public Trial(String key, String type, String method, Map<String, String> params) {
    this(key, type, method, params, 1, 0);
  }

  /** A trial without parameters. */
  public static Trial of(String key, String type, String method) {
    return new Trial(key, type, method, Map.of());
  }

  /** Whether this build has a class of this name. */
  public static boolean isPresent(String type) {
    try {
      Class.forName(type, false, Trial.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  /** The same on so many threads at once. */
  public Trial onThreads(int count) {
    return new Trial(key, type, method, params, count, forks);
  }

  /** The same in at least so many JVMs, for what is fast or slow by the luck of a JVM; the slowest has a figure of its own. */
  public Trial inForks(int count) {
    return new Trial(key, type, method, params, threads, count);
  }

  /** The name of the figure of the slowest JVM, which there is if the trial asks for a number of them. */
  public String worst() {
    return key + ".worst";
  }

  /** Whether this build has the class. */
  boolean isPresent() {
    return isPresent(type);
  }

  /** Whether JMH runs it once per iteration, so that it needs more of them. */
  boolean isOneShot() {
    try {
      BenchmarkMode modes = Class.forName(type, false, Trial.class.getClassLoader()).getAnnotation(BenchmarkMode.class);
      return modes != null && List.of(modes.value()).contains(Mode.SingleShotTime);
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  boolean isProgram() {
    return method.isEmpty();
  }
}
