package dev.lifecycle.flow;

import dev.lifecycle.spi.OwnedResource;
import dev.lifecycle.spi.ResourceFigures;
import dev.lifecycle.spi.ResourceKind;
import java.util.function.Supplier;

/** A hand-off or batcher as its child scope holds it: shown in the tree, and ended with the scope. */
record Stage(String name, ResourceKind kind, Supplier<ResourceFigures> now, Runnable end) implements OwnedResource {
  @Override
  public ResourceFigures figures() {
    return now.get();
  }

  @Override
  public void close() {
    end.run();
  }
}
