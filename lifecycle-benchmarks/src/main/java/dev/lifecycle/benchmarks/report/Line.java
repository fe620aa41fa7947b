package dev.lifecycle.benchmarks.report;

import org.jspecify.annotations.Nullable;

/**
 * One line of the table: one comparison.
 *
 * @param row what is measured
 * @param ours the key of our figure
 * @param peer the key of the peer's, null for an absolute goal
 * @param peerName the peer, as the table names it
 * @param measure what is compared
 * @param goal what is asked for
 */
public record Line(String row, String ours, @Nullable String peer, String peerName, Measure measure, Goal goal) {}
