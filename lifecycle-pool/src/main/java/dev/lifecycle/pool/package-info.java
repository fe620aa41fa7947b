/**
 * Pools that belong to a scope. {@link dev.lifecycle.pool.ObjectPool} is for what is dear or scarce: connections, sessions, compiled things. What it gives is a
 * {@link dev.lifecycle.Lease}, never the bare object, so that no misuse of one user reaches the next.
 */
package dev.lifecycle.pool;
