/**
 * The set {@code core}: one JMH class per row of the core's speed table, with its peers. Classes whose name ends in {@code 25} need more than Java 17
 * and are in a source set of their own.
 */
package dev.lifecycle.benchmarks.core;
