/** Races: each rule about concurrency against the real engine, and the same race against a seeded bug, which it must find. */
package dev.lifecycle.stress;
