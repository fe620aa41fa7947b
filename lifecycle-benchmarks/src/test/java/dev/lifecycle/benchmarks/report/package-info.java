/** Tests of the arithmetic and of the table. */
package dev.lifecycle.benchmarks.report;
