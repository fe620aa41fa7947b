/**
 * Supervised scopes for long-lived JVM services: every task is owned by a scope, has ended when the scope is closed, is bounded, and is visible
 * in one tree.
 */
@org.jspecify.annotations.NullMarked
module dev.lifecycle {
  requires static transitive org.jspecify;

  exports dev.lifecycle;
  exports dev.lifecycle.concurrent;
  exports dev.lifecycle.context;
  exports dev.lifecycle.diagnostics;
  exports dev.lifecycle.flow;
  exports dev.lifecycle.junit;
  exports dev.lifecycle.spi;
}
