package dev.lifecycle.pool.objects;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A place for one object, and the only truth about who may use it.
 *
 * <h2>The word</h2>
 *
 * <p>One {@code long}: the generation in the upper bits, the state in the lower four. Each claim advances the generation, and the lease carries the word of its
 * claim; a lease is good exactly while the word is what it carries. So a close that comes late, twice or from anywhere compares, fails, and has touched
 * nothing: the next claim has another word. A {@code long} with 60 bits of generation does not come round.
 *
 * <h2>States, and who moves them on</h2>
 *
 * <pre>
 * EMPTY       no object; to CREATING, in a turn
 * CREATING    an object is being made; to FREE, to CLAIMED for a waiter, or back to EMPTY, in a turn of the creating task
 * FREE        idle; to CLAIMED by whoever wins the CAS; to CHECKING or DESTROYING likewise, in a turn
 * CLAIMED     leased; to FREE by whoever wins the CAS from the lease's word; to the next CLAIMED or to DESTROYING likewise, in a turn; to RETURNING where
 *             objects are reset; to RETIRED when the lease is revoked
 * RETURNING   the winning closer runs the reset hook; then as from CLAIMED, by that thread alone
 * CHECKING    the validate hook runs; then to FREE, to CLAIMED for a waiter, or to DESTROYING, in a turn of the checking task
 * RETIRED     revoked, still in the hands of its last holder; to DESTROYING when that one closes its lease or its thread ends
 * DESTROYING  the destroy hook is about to run, or runs; to EMPTY, in a turn of the destroying task
 * </pre>
 *
 * <p>A turn is a passage through the pool's lock, see {@link Turn}. FREE to CLAIMED and back, the whole of an undisturbed claim and release, need none.
 *
 * <h2>Memory order</h2>
 *
 * <p>The CAS that claims reads what the CAS or store that freed wrote, so all that a holder did to the object happens-before the next holder's work. The
 * claimer's fields are written after the CAS: {@code owner} with release, so that whoever reads it finds the word of that claim or a later one,
 * {@code claimedAt}, and last {@code claim}, with release. Whoever looks from outside reads {@code claim} with acquire, then the fields, then the word; if
 * claim and word are equal, the fields are those of that claim.
 *
 * <p>{@code expiresAt}, {@code idleSince} and {@code lookAfter} are read before the CAS: if it succeeds they were those of the free object, or of one that was
 * free in its place a moment before, and then the newer object is the fresher. A closer that loses its CAS may have written {@code idleSince}: it wrote a time
 * that had passed, which makes an object be looked at too early and never too late.
 */
@SuppressWarnings("unused") // the padding
final class Slot<T> extends SlotFields<T> {
  static final int EMPTY = 0;
  static final int CREATING = 1;
  static final int FREE = 2;
  static final int CLAIMED = 3;
  static final int RETURNING = 4;
  static final int CHECKING = 5;
  static final int DESTROYING = 6;
  static final int RETIRED = 7;

  static final int STATE_BITS = 4;

  private static final long STATE = (1 << STATE_BITS) - 1;
  private static final long GENERATION = 1 << STATE_BITS;
  private static final VarHandle WORD;
  private static final VarHandle OWNER;
  private static final VarHandle CLAIMED_AT;
  private static final VarHandle CLAIM;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      WORD = lookup.findVarHandle(SlotFields.class, "word", long.class);
      OWNER = lookup.findVarHandle(SlotFields.class, "owner", Thread.class);
      CLAIMED_AT = lookup.findVarHandle(SlotFields.class, "claimedAt", long.class);
      CLAIM = lookup.findVarHandle(SlotFields.class, "claim", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private long q0;
  private long q1;
  private long q2;
  private long q3;
  private long q4;
  private long q5;
  private long q6;
  private long q7;

  final Exchange<T> exchange;
  final int index;

  // What follows is written and read in turns.

  /** The last claim that was handed over and not taken. */
  long handed;

  /** When a hook began that has not ended, by the precise clock; and whether it was reported as slow. */
  long hookSince;
  boolean slowReported;

  /** Which retirement of all that is idle was the last when the check of the object began. */
  int checkedFor;

  /** How long the object may lie idle at all. */
  long maxIdle;

  /** Whether the revoke hook has the object, so that its destruction must wait; and whether that is wanted. */
  boolean revoking;
  boolean destroyWanted;

  /** The reset during which the lease was revoked: once is enough, however often the pool is closed. */
  long revokedReset;

  /** The claims that were reported as overdue or leaked. Written by the patrol only. */
  long overdueReported;
  long leakReported;

  /** The reset that the patrol has seen to run, since when, and whether it was reported as slow. Written by the patrol only. */
  long resetSeen;
  long resetSince;
  boolean resetReported;

  Slot(Exchange<T> exchange, int index) {
    this.exchange = exchange;
    this.index = index;
  }

  static int state(long word) {
    return (int) (word & STATE);
  }

  static long generation(long word) {
    return word >>> STATE_BITS;
  }

  /** The same generation in another state. */
  static long as(long word, int state) {
    return word & ~STATE | state;
  }

  /** The word of the next claim. */
  static long nextClaim(long word) {
    return as(word, CLAIMED) + GENERATION;
  }

  /** The word of the claim that led to this one: the object is leased, is being reset, or its lease was revoked. */
  static long claimOf(long word) {
    return as(word, CLAIMED) - (state(word) == RETIRED ? GENERATION : 0);
  }

  /** Whether a holder has the object in hands. */
  static boolean isHeld(long word) {
    int state = state(word);
    return state == CLAIMED || state == RETURNING || state == RETIRED;
  }

  /** The word of a lease that was revoked: no lease has it. */
  static long revoked(long claim) {
    return as(claim, RETIRED) + GENERATION;
  }

  long word() {
    return (long) WORD.getAcquire(this);
  }

  boolean is(int state) {
    return state(word()) == state;
  }

  /** Moves on from exactly this word. */
  boolean move(long from, long to) {
    return WORD.compareAndSet(this, from, to);
  }

  /** Moves on to another state of the same generation. */
  boolean move(long from, int to) {
    return WORD.compareAndSet(this, from, as(from, to));
  }

  /** Claims the object if it is free and nobody has to look at it first. */
  boolean tryClaim(@Nullable Thread claimer, long now) {
    long w = word();
    return state(w) == FREE && now < expiresAt && now - idleSince < lookAfter && claim(w, claimer, now);
  }

  /** Claims from this very word, for somebody: the current thread, or one that waits. */
  boolean claim(long from, @Nullable Thread claimer, long now) {
    long next = nextClaim(from);
    if (!WORD.compareAndSet(this, from, next)) {
      return false;
    }
    OWNER.setRelease(this, claimer);
    CLAIMED_AT.setOpaque(this, now);
    CLAIM.setRelease(this, next);
    return true;
  }

  /** Whether the fields of the claimer are those of this claim, if the word is still the claim's when they have been read. */
  boolean isOwned(long claim) {
    return (long) CLAIM.getAcquire(this) == claim;
  }

  @Nullable Thread owner() {
    return (Thread) OWNER.getOpaque(this);
  }

  long claimedAt() {
    return (long) CLAIMED_AT.getOpaque(this);
  }

  /**
   * Forgets who last had a free object, so that the pool keeps no thread alive. The claimer writes without a CAS, so look again afterwards: if somebody claimed
   * meanwhile and it was the same thread, its name may have been wiped out, and is put back; if it was another, that one writes or has written its own.
   *
   * <p>In a turn: a claim for a future writes no name, and the one that is put back would stay as its holder's. Such claims are made in turns too.
   */
  void forgetOwner(long free) {
    Thread last = owner();
    if (last != null && OWNER.compareAndSet(this, last, null) && word() != free) {
      OWNER.compareAndSet(this, null, last);
    }
  }

  /** Forgets the object and all about it; in the state DESTROYING, by the thread that ends it. */
  void clear() {
    object = null;
    OWNER.setOpaque(this, null);
    hookSince = 0;
    slowReported = false;
    revoking = false;
    destroyWanted = false;
  }
}
