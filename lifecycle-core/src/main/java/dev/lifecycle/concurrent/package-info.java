/**
 * Common shapes of concurrent work, on top of scopes: {@link dev.lifecycle.concurrent.Concurrent} has {@code map}, {@code race} and {@code hedge},
 * {@link dev.lifecycle.concurrent.Retry} tries again. Each runs under one deadline, in a scope that has ended when the method returns or throws; a value that is
 * not returned goes to the discard handler exactly once.
 */
package dev.lifecycle.concurrent;
