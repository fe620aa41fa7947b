package dev.lifecycle.pool.conformance;

/** What a caller holds. Where the pool hands out the bare object and takes it back, the claim is that object. */
public interface Claim {
  /** The object of this claim, whether or not it has ended: for the kit's eyes only. */
  Thing thing();

  /**
   * Uses the object through what the pool handed out.
   *
   * @throws NotOfferedException if the pool hands out the bare object, so that it cannot know
   * @throws Exception if the claim has ended
   */
  default void use() throws Exception {
    throw new NotOfferedException("hands out the bare object");
  }

  /** Gives the object back. May be called again, and from any thread. */
  void close() throws Exception;

  /** Ends the claim and the object. */
  default void invalidate() throws Exception {
    throw new NotOfferedException("no invalidate");
  }
}
