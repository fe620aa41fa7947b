/**
 * The engine behind the API; not exported.
 *
 * <p>Read in this order: {@link dev.lifecycle.internal.ScopeState} (the state word), {@link dev.lifecycle.internal.Frame} (the interrupt protocol),
 * {@link dev.lifecycle.internal.DeadlineTimer}; then {@link dev.lifecycle.internal.TaskNode} and {@link dev.lifecycle.internal.ScopeCore}, which
 * stand on them.
 */
package dev.lifecycle.internal;
