package dev.lifecycle.casestudies.measure;

/**
 * A value at a time.
 *
 * @param seconds since the side began
 * @param value in the unit of the series
 */
public record Point(double seconds, double value) {}
