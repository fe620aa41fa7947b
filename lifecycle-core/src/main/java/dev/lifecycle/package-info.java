/**
 * Scopes, tasks, cancellation and deadlines.
 *
 * <p>Start at {@link dev.lifecycle.Scope}: {@code Scope.call} runs a body under one deadline and returns when everything it started has ended.
 * {@link dev.lifecycle.Context} is what code called from a task may see of its scope.
 */
package dev.lifecycle;
