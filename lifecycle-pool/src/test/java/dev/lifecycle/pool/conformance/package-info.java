/**
 * The conformance kit of object pools: the first ten rules of the contract as checks that know a pool only through an adapter, so that the same checks judge
 * our pool here and its peers in the benchmarks module. Attached as a test jar.
 */
package dev.lifecycle.pool.conformance;
