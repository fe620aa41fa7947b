package dev.lifecycle.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.context.DeadlineHeader;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The header against a model in arbitrary precision. */
class DeadlineHeaderProperties {
  private static final Pattern FORMAT = Pattern.compile("([0-9]{1,8})([HMSmun])");
  private static final Map<String, BigInteger> NANOS =
      Map.of(
          "n", BigInteger.ONE,
          "u", BigInteger.valueOf(1_000),
          "m", BigInteger.valueOf(1_000_000),
          "S", BigInteger.valueOf(1_000_000_000),
          "M", BigInteger.valueOf(60_000_000_000L),
          "H", BigInteger.valueOf(3_600_000_000_000L));
  private static final BigInteger LONGEST = nanos(Duration.ofHours(99_999_999));

  @Property
  void aRoundTripIsNeverLongerAndLosesLessThanOnePartInAHundredThousand(@ForAll("remaining") Duration remaining) {
    String header = DeadlineHeader.encode(remaining);
    BigInteger sent = nanos(remaining).max(BigInteger.ZERO).min(LONGEST);
    BigInteger received = nanos(DeadlineHeader.decode(header).orElseThrow());
    assertThat(header).matches(FORMAT);
    assertThat(received).isLessThanOrEqualTo(sent);
    assertThat(sent.subtract(received).multiply(BigInteger.valueOf(100_000))).isLessThanOrEqualTo(sent);
    assertThat(received.signum()).isEqualTo(sent.signum());
  }

  @Property
  void noFinerUnitWouldHold(@ForAll("remaining") Duration remaining) {
    Matcher header = FORMAT.matcher(DeadlineHeader.encode(remaining));
    assertThat(header.matches()).isTrue();
    BigInteger nanos = nanos(remaining);
    NANOS.forEach(
        (unit, size) -> {
          if (size.compareTo(NANOS.get(header.group(2))) < 0) {
            assertThat(nanos.divide(size)).as("in %s", unit).isGreaterThan(BigInteger.valueOf(99_999_999));
          }
        });
  }

  @Property
  void whatWasDecodedIsEncodedToTheSameTime(@ForAll("headers") String header) {
    Duration decoded = DeadlineHeader.decode(header).orElseThrow();
    assertThat(DeadlineHeader.decode(DeadlineHeader.encode(decoded))).contains(decoded);
  }

  @Property
  void anyStringIsReadAsTheModelReadsIt(@ForAll("strings") String value) {
    assertThat(DeadlineHeader.decode(value).map(DeadlineHeaderProperties::nanos)).isEqualTo(model(value));
  }

  @Property
  void aServerNeverGivesMoreThanItsMaximumNorThanItsCallerHas(@ForAll("strings") String value, @ForAll("remaining") Duration max) {
    if (max.isZero() || max.isNegative()) {
      return;
    }
    Duration given = DeadlineHeader.clamp(value, max);
    assertThat(nanos(given)).isEqualTo(model(value).map(callers -> callers.min(nanos(max))).orElse(nanos(max)));
  }

  private static Optional<BigInteger> model(String value) {
    Matcher format = FORMAT.matcher(value);
    return format.matches() ? Optional.of(new BigInteger(format.group(1)).multiply(NANOS.get(format.group(2)))) : Optional.empty();
  }

  private static BigInteger nanos(Duration duration) {
    return BigInteger.valueOf(duration.getSeconds()).multiply(NANOS.get("S")).add(BigInteger.valueOf(duration.getNano()));
  }

  /** Every order of magnitude alike, and what lies around the powers of ten where the units change. */
  @Provide
  Arbitrary<Duration> remaining() {
    Arbitrary<Duration> small = Arbitraries.longs().between(-1_000, 1_000_000_000_000L).map(Duration::ofNanos);
    Arbitrary<Duration> any =
        Combinators.combine(Arbitraries.longs(), Arbitraries.integers().between(0, 999_999_999)).as((s, n) -> Duration.ofSeconds(s, n));
    Arbitrary<Duration> edges =
        Combinators.combine(Arbitraries.integers().between(0, 18), Arbitraries.of(1L, 60L, 3_600L), Arbitraries.integers().between(-2, 2))
            .as((power, unit, off) -> Duration.ofNanos((long) Math.pow(10, power)).multipliedBy(unit).plusNanos(off));
    return Arbitraries.oneOf(small, any, edges);
  }

  @Provide
  Arbitrary<String> headers() {
    Arbitrary<String> digits = Arbitraries.strings().numeric().ofMinLength(1).ofMaxLength(8);
    return Combinators.combine(digits, Arbitraries.of("H", "M", "S", "m", "u", "n")).as(String::concat);
  }

  /** Anything, what is nearly a header, and headers. */
  @Provide
  Arbitrary<String> strings() {
    Arbitrary<String> nearly = Arbitraries.strings().withChars("0123456789HMSmun+-., \u0661\uff11").ofMaxLength(11);
    return Arbitraries.oneOf(Arbitraries.strings().ofMaxLength(30), nearly, headers());
  }
}
