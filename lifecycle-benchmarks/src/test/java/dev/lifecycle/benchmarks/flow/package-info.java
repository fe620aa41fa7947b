/** Tests of the set {@code flow}. */
package dev.lifecycle.benchmarks.flow;
