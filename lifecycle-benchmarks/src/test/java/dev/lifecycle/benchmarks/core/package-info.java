/** Tests of the set {@code core}. */
package dev.lifecycle.benchmarks.core;
