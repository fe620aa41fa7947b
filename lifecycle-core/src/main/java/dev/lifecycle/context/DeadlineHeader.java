package dev.lifecycle.context;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A deadline as a request header, so that it crosses processes: the value format of gRPC's {@code grpc-timeout}, usable on any HTTP request.
 *
 * <p>The value is the time left, not a point in time, since two hosts do not share a clock: one to eight ASCII digits and a unit, {@code H},
 * {@code M}, {@code S}, {@code m} (milliseconds), {@code u} (microseconds) or {@code n}. The client encodes what is left to it when it sends; the
 * server counts from when it reads. The way between is not subtracted: the server's deadline is that much later than the client's, who watches its
 * own.
 *
 * <pre>{@code
 * request.header(DeadlineHeader.NAME, DeadlineHeader.encode(Context.current().deadline().remaining()));
 * Scope.call("orders.handle", DeadlineHeader.clamp(headers.getFirst(DeadlineHeader.NAME), Duration.ofSeconds(10)), scope -> ...);
 * }</pre>
 *
 * <p>Stateless and thread-safe; nothing blocks. What comes from the network never makes a method throw, and costs the same however long it is.
 *
 * @see <a href="https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md">gRPC over HTTP/2, Timeout</a>
 */
public final class DeadlineHeader {
  /** The name of the header, in lower case as HTTP/2 wants it. */
  public static final String NAME = "grpc-timeout";

  /** A deadline that has passed. The grammar says "positive"; gRPC's own clients send this and its servers take it for expired. */
  private static final String EXPIRED = "0n";

  private static final int MAX_DIGITS = 8;
  private static final long LIMIT = 100_000_000; // the first number that takes nine digits

  private DeadlineHeader() {}

  /**
   * The header for this much time left, in the finest unit that holds it in eight digits. It is rounded down, by less than one part in 100,000 and
   * under 100 ms by nothing, so that no hop lengthens a deadline.
   *
   * @param remaining zero or negative: {@code 0n}, which a peer takes for expired; more than 99,999,999 hours, about 11,400 years: that many. Who has
   *     no deadline had better send no header; the 292 years that {@code Deadline.none()} has left make a valid one, though
   */
  public static String encode(Duration remaining) {
    Objects.requireNonNull(remaining, "remaining");
    if (remaining.isZero() || remaining.isNegative()) {
      return EXPIRED;
    }
    long seconds = remaining.getSeconds();
    if (seconds < LIMIT / 1_000_000) {
      long nanos = seconds * 1_000_000_000 + remaining.getNano();
      return nanos < LIMIT ? nanos + "n" : nanos / 1_000 + "u";
    }
    if (seconds < LIMIT / 1_000) {
      return seconds * 1_000 + remaining.getNano() / 1_000_000 + "m";
    }
    if (seconds < LIMIT) {
      return seconds + "S";
    }
    long minutes = seconds / 60;
    return minutes < LIMIT ? minutes + "M" : Math.min(minutes / 60, LIMIT - 1) + "H";
  }

  /**
   * Reads a header.
   *
   * @param value as it was received, or null if there was none
   * @return the time left, zero for one that has expired; empty if there is no value or it is not exactly one to eight ASCII digits and a unit:
   *     signs, blanks, fractions and lists of values are refused, not guessed at
   */
  public static Optional<Duration> decode(@Nullable String value) {
    if (value == null || value.length() < 2 || value.length() > MAX_DIGITS + 1) {
      return Optional.empty();
    }
    int last = value.length() - 1;
    long amount = 0;
    for (int i = 0; i < last; i++) {
      char digit = value.charAt(i);
      if (digit < '0' || digit > '9') { // Character.isDigit would take the digits of every script
        return Optional.empty();
      }
      amount = amount * 10 + (digit - '0');
    }
    return switch (value.charAt(last)) {
      case 'H' -> Optional.of(Duration.ofHours(amount));
      case 'M' -> Optional.of(Duration.ofMinutes(amount));
      case 'S' -> Optional.of(Duration.ofSeconds(amount));
      case 'm' -> Optional.of(Duration.ofMillis(amount));
      case 'u' -> Optional.of(Duration.ofNanos(amount * 1_000));
      case 'n' -> Optional.of(Duration.ofNanos(amount));
      default -> Optional.empty();
    };
  }

  /**
   * The time that a server gives a request: what its caller has left, but at most the server's own maximum.
   *
   * <p>A header that is missing or malformed gives the maximum too. gRPC takes a missing one for no deadline at all, which here is the same once it
   * is bounded; and a malformed one is no reason to fail a request that would be served without it.
   *
   * @param value as for {@link #decode}
   * @param max the most that this server spends on a request of this kind, positive
   * @return between zero and {@code max}; zero if the caller's deadline has passed, for which {@code Scope.call} does not run the body
   * @throws IllegalArgumentException if {@code max} is zero or negative
   */
  public static Duration clamp(@Nullable String value, Duration max) {
    Objects.requireNonNull(max, "max");
    if (max.isZero() || max.isNegative()) {
      throw new IllegalArgumentException("max must be positive: " + max);
    }
    return decode(value).filter(callers -> callers.compareTo(max) < 0).orElse(max);
  }
}
