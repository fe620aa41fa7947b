package dev.lifecycle.benchmarks.pool;

import java.time.Duration;

/**
 * What a timed run does to a pool.
 *
 * @param threads how many threads claim, one object after the other
 * @param objects how many objects there are
 * @param hold how long a thread parks with its object; zero for not at all
 */
record Load(int threads, int objects, Duration hold) {}
