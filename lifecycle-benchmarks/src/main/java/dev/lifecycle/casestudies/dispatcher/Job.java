package dev.lifecycle.casestudies.dispatcher;

/**
 * A unit of work.
 *
 * @param id a running number
 * @param submitted when it came, by {@link System#nanoTime()}
 */
record Job(long id, long submitted) {}
