/** From samples to a verdict: medians, ratios and their spread, goals, and the table in Markdown and JSON. Knows nothing of JMH. */
@org.jspecify.annotations.NullMarked
package dev.lifecycle.benchmarks.report;
