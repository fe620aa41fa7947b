package dev.lifecycle;

import java.util.Objects;

/**
 * A typed key of a value that scopes hand down to their tasks and children, see {@link ScopeOptions#with} and {@link Context#get}.
 *
 * <p>Keys are compared by identity: keep one in a {@code static final} field. Immutable.
 *
 * @param <T> the type of the value
 */
public final class Key<T> {
  private final String name;

  private Key(String name) {
    this.name = name;
  }

  /**
   * Makes a new key, different from every other one.
   *
   * @param name shown in dumps only
   * @throws IllegalArgumentException if the name is blank
   */
  public static <T> Key<T> of(String name) {
    Objects.requireNonNull(name, "name");
    if (name.isBlank()) {
      throw new IllegalArgumentException("name must not be blank");
    }
    return new Key<>(name);
  }

  /** The name given at creation. */
  public String name() {
    return name;
  }

  @Override
  public String toString() {
    return "Key[" + name + ']';
  }
}
