/**
 * The set {@code flow}: elements through a bounded queue that blocks on both ends, by the hand-off and its peers. The class whose name ends in {@code 25} is in
 * a source set of its own.
 */
package dev.lifecycle.benchmarks.flow;
