/** Races: the rules about concurrency against the real pool, and the same races against a small copy with a seeded bug, which they must find. */
package dev.lifecycle.pool.stress;
