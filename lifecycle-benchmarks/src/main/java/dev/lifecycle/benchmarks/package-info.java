/**
 * The runner of the JMH benchmarks: {@link dev.lifecycle.benchmarks.Benchmarks} runs a named set and prints how each row compares with its goal.
 * The benchmarks themselves are in a package per set, the arithmetic and the table in {@code report}.
 */
@org.jspecify.annotations.NullMarked
package dev.lifecycle.benchmarks;
