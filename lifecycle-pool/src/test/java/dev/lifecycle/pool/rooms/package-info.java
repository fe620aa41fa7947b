/** Doubles of the private scope that a pool works in: one that a test drives step by step, and one of plain threads. */
package dev.lifecycle.pool.rooms;
