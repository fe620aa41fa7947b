package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.lifecycle.Deadline;
import dev.lifecycle.context.DeadlineHeader;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The facts of the format, from "Timeout" in gRPC over HTTP/2: at most eight ASCII digits, then one of the units H M S m u n. */
class DeadlineHeaderTest {
  private static final Duration LONGEST = Duration.ofHours(99_999_999);

  @Test
  void theNameIsThatOfGrpc() {
    assertThat(DeadlineHeader.NAME).isEqualTo("grpc-timeout");
  }

  @ParameterizedTest
  @CsvSource({
    "1H, PT1H", "1M, PT1M", "1S, PT1S", "1m, PT0.001S", "1u, PT0.000001S", "1n, PT0.000000001S",
    "0n, PT0S", "0H, PT0S", "00000007S, PT7S", "99999999n, PT0.099999999S", "99999999H, PT99999999H"
  })
  void everyUnitIsRead(String value, Duration expected) {
    assertThat(DeadlineHeader.decode(value)).contains(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {
    "", " ", "S", "1", "12345678", "123456789S", "1s", "1h", "1N", "1U", "1d", "+1S", "-1S", "--", "1 S", " 1S", "1S ", "1.5S", "1,5S", "1e3S",
    "0x1S", "1S,2S", "1S, 2S", "S1", "1SS", "1mS", "\u0661S", "\uff11S", "1\u017f", "\ud835\udfcfS", "1\u0000", "1S\n", "\u00001S",
    "null", "99999999999999999999H"
  })
  void whatIsNotExactlyThatIsRefused(String value) {
    assertThat(DeadlineHeader.decode(value)).isEmpty();
    assertThat(DeadlineHeader.clamp(value, Duration.ofSeconds(3))).isEqualTo(Duration.ofSeconds(3));
  }

  @Test
  void aMissingHeaderIsEmptyAndGivesTheMaximum() {
    assertThat(DeadlineHeader.decode(null)).isEmpty();
    assertThat(DeadlineHeader.clamp(null, Duration.ofSeconds(3))).isEqualTo(Duration.ofSeconds(3));
  }

  @Test
  void aHugeValueCostsNoMemory() {
    String huge = "9".repeat(10_000_000);
    com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    DeadlineHeader.clamp(huge, LONGEST);
    long before = threads.getCurrentThreadAllocatedBytes();
    DeadlineHeader.clamp(huge, LONGEST);
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(100_000);
  }

  @ParameterizedTest
  @CsvSource({
    "PT0.000000001S, 1n", "PT0.099999999S, 99999999n", // each unit to its last number of eight digits, then the next one
    "PT0.1S, 100000u", "PT0.100000999S, 100000u", "PT99.999999999S, 99999999u",
    "PT100S, 100000m", "PT99999.999999999S, 99999999m",
    "PT100000S, 100000S", "PT99999999.999999999S, 99999999S",
    "PT100000000S, 1666666M", "PT5999999999.999999999S, 99999999M",
    "PT6000000000S, 1666666H", "PT99999999H, 99999999H",
    "PT100000000H, 99999999H", "PT1S, 1000000u", "PT30S, 30000000u", "PT5M, 300000m"
  })
  void theFinestUnitOfEightDigitsIsTakenAndTheRestCutOff(Duration remaining, String expected) {
    assertThat(DeadlineHeader.encode(remaining)).isEqualTo(expected);
  }

  @Test
  void theLongestDurationIsCutToTheLongestHeader() {
    assertThat(DeadlineHeader.encode(Duration.ofSeconds(Long.MAX_VALUE, 999_999_999))).isEqualTo("99999999H");
  }

  @Test
  void zeroAndLessIsExpired() {
    assertThat(DeadlineHeader.encode(Duration.ZERO)).isEqualTo("0n");
    assertThat(DeadlineHeader.encode(Duration.ofNanos(-1))).isEqualTo("0n");
    assertThat(DeadlineHeader.encode(Duration.ofSeconds(Long.MIN_VALUE))).isEqualTo("0n");
    assertThat(DeadlineHeader.clamp("0n", Duration.ofSeconds(3))).isZero();
  }

  @Test
  void theTimeLeftOfNoDeadlineIsAValidHeader() {
    String header = DeadlineHeader.encode(Deadline.none().remaining());
    assertThat(header).isEqualTo("2562047H");
    assertThat(DeadlineHeader.clamp(header, Duration.ofSeconds(3))).isEqualTo(Duration.ofSeconds(3));
  }

  @Test
  void aServerGivesTheSmallerOfTheCallersTimeAndItsOwnMaximum() {
    assertThat(DeadlineHeader.clamp("2S", Duration.ofSeconds(3))).isEqualTo(Duration.ofSeconds(2));
    assertThat(DeadlineHeader.clamp("4S", Duration.ofSeconds(3))).isEqualTo(Duration.ofSeconds(3));
    assertThat(DeadlineHeader.clamp("3S", Duration.ofSeconds(3))).isEqualTo(Duration.ofSeconds(3));
    assertThat(DeadlineHeader.clamp("99999999H", Duration.ofSeconds(Long.MAX_VALUE))).isEqualTo(LONGEST);
  }

  @Test
  void badArgumentsOfTheProgramAreNamed() {
    assertThatNullPointerException().isThrownBy(() -> DeadlineHeader.encode(null)).withMessage("remaining");
    assertThatNullPointerException().isThrownBy(() -> DeadlineHeader.clamp("1S", null)).withMessage("max");
    assertThatIllegalArgumentException().isThrownBy(() -> DeadlineHeader.clamp("1S", Duration.ZERO)).withMessage("max must be positive: PT0S");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DeadlineHeader.clamp(null, Duration.ofMillis(-1)))
        .withMessage("max must be positive: PT-0.001S");
  }
}
