import org.jspecify.annotations.NullMarked;

/**
 * Bounded caches that belong to a scope.
 *
 * <p>The module exports nothing yet: its package holds no type, and an empty package cannot be exported.
 */
@NullMarked
module dev.lifecycle.cache {
  requires transitive dev.lifecycle;
  requires static transitive org.jspecify;
}
