package dev.lifecycle.pool.rooms;

import dev.lifecycle.Scope;
import dev.lifecycle.spi.OwnedResource;
import dev.lifecycle.spi.ResourceScope;
import java.lang.reflect.Proxy;
import java.util.function.Function;

/** A scope that can do one thing: own a resource whose private scope is a given double. So pools are built in tests as their users build them. */
public final class Owner {
  private Owner() {}

  /** The owner of what works in this room. */
  public static Scope of(ResourceScope room) {
    return (Scope)
        Proxy.newProxyInstance(
            Owner.class.getClassLoader(),
            new Class<?>[] {Scope.class},
            (proxy, method, args) -> {
              if (method.getName().equals("own") && args[2] instanceof Function<?, ?> maker) {
                return make(maker, room);
              }
              throw new UnsupportedOperationException(method.toString());
            });
  }

  @SuppressWarnings("unchecked") // own(kind, name, maker) is the only one whose third argument is a function
  private static OwnedResource make(Function<?, ?> maker, ResourceScope room) {
    return ((Function<ResourceScope, OwnedResource>) maker).apply(room);
  }
}
