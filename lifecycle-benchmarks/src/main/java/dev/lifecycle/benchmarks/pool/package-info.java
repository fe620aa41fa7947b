/**
 * The set {@code pool}: a claim and its release, by the object pool and by its peers, alone, contended, and short of objects. A {@code Side} is one pool,
 * set up in one way for all the rows. Classes whose name ends in {@code 25} need more than Java 17 and are in a source set of their own.
 */
package dev.lifecycle.benchmarks.pool;
