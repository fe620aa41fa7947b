import org.jspecify.annotations.NullMarked;

/** Bounded object and buffer pools that belong to a scope. */
@NullMarked
module dev.lifecycle.pool {
  requires transitive dev.lifecycle;
  requires static transitive org.jspecify;

  exports dev.lifecycle.pool;
}
