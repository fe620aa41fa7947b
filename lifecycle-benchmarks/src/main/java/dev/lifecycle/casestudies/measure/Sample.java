package dev.lifecycle.casestudies.measure;

/**
 * The process at one moment.
 *
 * @param seconds since the side began
 * @param threads live platform threads of the JVM
 * @param live bodies of work that have begun and not ended
 * @param descriptors open descriptors; 0 where the system does not tell
 * @param oldestMillis age of the oldest live body
 */
public record Sample(double seconds, int threads, int live, long descriptors, double oldestMillis) {}
