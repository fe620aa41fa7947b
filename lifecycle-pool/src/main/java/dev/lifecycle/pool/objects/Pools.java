package dev.lifecycle.pool.objects;

import dev.lifecycle.Scope;
import dev.lifecycle.pool.ObjectPool;
import java.util.Objects;
import java.util.concurrent.Callable;

/** Where the static factory of the API enters. */
public final class Pools {
  private Pools() {}

  /** See {@link ObjectPool#in}. */
  public static <T> ObjectPool.Sizing<T> sizing(Scope owner, String name, Callable<? extends T> create) {
    Objects.requireNonNull(owner, "owner");
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(create, "create");
    return size -> new Builder<>(owner, name, create, size);
  }
}
