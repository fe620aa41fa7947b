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
 */
public record Trial(String key, String type, String method, Map<String, String> params) {
  /** A measurement that is not made by JMH: a class with a constructor without arguments. */
  public interface Program {
    /** Measures the thing with this key once. May take a minute. */
    Figure measure(String key) throws Exception;
  }

  /** A trial without parameters. */
  public static Trial of(String key, String type, String method) {
    return new Trial(key, type, method, Map.of());
  }

  /** Whether this build has the class. */
  boolean isPresent() {
    try {
      Class.forName(type, false, Trial.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
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
