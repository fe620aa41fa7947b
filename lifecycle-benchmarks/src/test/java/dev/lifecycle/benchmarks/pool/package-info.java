/** Tests of the set {@code pool}. */
package dev.lifecycle.benchmarks.pool;
