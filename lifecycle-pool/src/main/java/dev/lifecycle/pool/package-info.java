/**
 * Bounded object and buffer pools that belong to a scope.
 *
 * <p>The package holds nothing yet. It uses {@code dev.lifecycle} and {@code dev.lifecycle.spi}, never core's internals.
 */
package dev.lifecycle.pool;
