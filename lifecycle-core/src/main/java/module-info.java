/**
 * Supervised scopes for long-lived JVM services: every task is owned by a scope, has ended when the scope is closed, is bounded, and is visible
 * in one tree.
 */
@org.jspecify.annotations.NullMarked
@SuppressWarnings("requires-automatic") // Micrometer's modules have no descriptor; required static, they are no hindrance to jlink
module dev.lifecycle {
  requires static transitive org.jspecify;
  requires static context.propagation; // not transitive: who hands us its types requires it already

  exports dev.lifecycle;
  exports dev.lifecycle.concurrent;
  exports dev.lifecycle.context;
  exports dev.lifecycle.context.micrometer;
  exports dev.lifecycle.diagnostics;
  exports dev.lifecycle.flow;
  exports dev.lifecycle.junit;
  exports dev.lifecycle.spi;
}
