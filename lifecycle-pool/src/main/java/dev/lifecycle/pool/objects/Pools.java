package dev.lifecycle.pool.objects;

import dev.lifecycle.Scope;
import dev.lifecycle.pool.ObjectPool;
import dev.lifecycle.spi.ResourceScope;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;

/** Where the static factory of the API enters. */
public final class Pools {
  /** The rule of purposes, and short enough for the purposes of the pool's work: checked here too, so that a wrong name is refused where it stands. */
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9._-]{0," + (ResourceScope.MAX_NAME - 1) + "}");

  private static final int SHOWN = 64;

  private Pools() {}

  /** See {@link ObjectPool#in}. */
  public static <T> ObjectPool.Sizing<T> sizing(Scope owner, String name, Callable<? extends T> create) {
    Objects.requireNonNull(owner, "owner");
    Objects.requireNonNull(create, "create");
    if (!NAME.matcher(Objects.requireNonNull(name, "name")).matches()) {
      String shown = name.length() <= SHOWN ? name : name.substring(0, SHOWN) + "...";
      throw new IllegalArgumentException("name must match " + NAME + ": \"" + shown + '"');
    }
    return size -> new Builder<>(owner, name, create, size);
  }
}
