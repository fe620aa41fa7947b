/** The conformance kit of the object pool at work on the peers, and the table of who passes what. */
package dev.lifecycle.benchmarks.conformance;
