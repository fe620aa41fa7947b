package dev.lifecycle.spi;

import java.util.Objects;
import java.util.regex.Pattern;

/** What a resource is, such as a socket or a pool: a short lower-case word that groups resources in the tree. Immutable, compared by name. */
public final class ResourceKind {
  /** A network socket. */
  public static final ResourceKind SOCKET = new ResourceKind("socket");

  /** An open file. */
  public static final ResourceKind FILE = new ResourceKind("file");

  /** A connection to a server. */
  public static final ResourceKind CONNECTION = new ResourceKind("connection");

  /** An executor. */
  public static final ResourceKind EXECUTOR = new ResourceKind("executor");

  /** A pool of objects. */
  public static final ResourceKind POOL = new ResourceKind("pool");

  /** A pool of buffers. */
  public static final ResourceKind BUFFERS = new ResourceKind("buffers");

  /** A cache. */
  public static final ResourceKind CACHE = new ResourceKind("cache");

  /** Anything else. */
  public static final ResourceKind OTHER = new ResourceKind("other");

  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9._-]{0,63}");

  private final String name;

  private ResourceKind(String name) {
    this.name = name;
  }

  /**
   * A kind by its name.
   *
   * @param name matches {@code [a-z][a-z0-9._-]{0,63}}
   */
  public static ResourceKind of(String name) {
    Objects.requireNonNull(name, "name");
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("name must match " + NAME + ": \"" + name + '"');
    }
    return new ResourceKind(name);
  }

  /** The name. */
  public String name() {
    return name;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ResourceKind k && k.name.equals(name);
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }

  @Override
  public String toString() {
    return name;
  }
}
