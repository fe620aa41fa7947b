package dev.lifecycle.unit;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofNanos;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Schedule;
import dev.lifecycle.Supervisor;
import dev.lifecycle.diagnostics.Snapshot;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Bad schedules are refused at once, with the name and the value; good ones are values. */
@Timeout(20)
class ScheduleValueTest {
  private static void refused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String... words) {
    assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessageContainingAll(words);
  }

  @Test
  void intervalsUnderAMillisecondAreRefused() {
    for (Duration bad : new Duration[] {ZERO, ofSeconds(-1), ofNanos(999_999)}) {
      refused(() -> Schedule.fixedDelay(bad), "delay", "one millisecond", bad.toString());
      refused(() -> Schedule.fixedRate(bad), "period", "one millisecond", bad.toString());
    }
    assertThat(Schedule.fixedRate(ofMillis(1)).interval()).isEqualTo(ofMillis(1));
  }

  @Test
  void nullsAreRefusedByName() {
    assertThatThrownBy(() -> Schedule.fixedDelay(null)).isInstanceOf(NullPointerException.class).hasMessage("delay");
    assertThatThrownBy(() -> Schedule.fixedRate(null)).isInstanceOf(NullPointerException.class).hasMessage("period");
    assertThatThrownBy(() -> Schedule.times(null, t -> t)).isInstanceOf(NullPointerException.class).hasMessage("zone");
    assertThatThrownBy(() -> Schedule.times(ZoneOffset.UTC, null)).isInstanceOf(NullPointerException.class).hasMessage("next");
    assertThatThrownBy(() -> Schedule.fixedRate(ofSeconds(1)).initialDelay(null)).isInstanceOf(NullPointerException.class).hasMessage("delay");
    assertThatThrownBy(() -> Schedule.fixedRate(ofSeconds(1)).backoffOnFailure(null, ZERO)).isInstanceOf(NullPointerException.class).hasMessage("initial");
    assertThatThrownBy(() -> Schedule.fixedRate(ofSeconds(1)).backoffOnFailure(ZERO, null)).isInstanceOf(NullPointerException.class).hasMessage("max");
  }

  @Test
  void badInitialDelaysAreRefused() {
    refused(() -> Schedule.fixedRate(ofSeconds(1)).initialDelay(ofNanos(-1)), "delay", "negative", "PT-0.000000001S");
    assertThatThrownBy(() -> Schedule.times(ZoneOffset.UTC, t -> t).initialDelay(ZERO)).isInstanceOf(IllegalStateException.class).hasMessageContaining("times");
  }

  @Test
  void badBackoffsAreRefused() {
    Schedule schedule = Schedule.fixedRate(ofSeconds(1));
    refused(() -> schedule.backoffOnFailure(ofSeconds(-1), ofSeconds(1)), "initial", "PT-1S");
    refused(() -> schedule.backoffOnFailure(ofSeconds(2), ofSeconds(1)), "max", "PT2S", "PT1S");
  }

  @Test
  void everyMethodReturnsACopy() {
    Schedule plain = Schedule.fixedRate(ofSeconds(1));
    Schedule all = plain.initialDelay(ofSeconds(2)).backoffOnFailure(ofSeconds(3), ofSeconds(4)).carryContext();
    assertThat(plain.initialDelay()).isNull();
    assertThat(plain.onFailure()).isEqualTo(Schedule.OnFailure.CONTINUE);
    assertThat(plain.isCarryingContext()).isFalse();
    assertThat(all.kind()).isEqualTo(Schedule.Kind.FIXED_RATE);
    assertThat(all.interval()).isEqualTo(ofSeconds(1));
    assertThat(all.initialDelay()).isEqualTo(ofSeconds(2));
    assertThat(all.onFailure()).isEqualTo(Schedule.OnFailure.BACKOFF);
    assertThat(all.initialBackoff()).isEqualTo(ofSeconds(3));
    assertThat(all.maxBackoff()).isEqualTo(ofSeconds(4));
    assertThat(all.isCarryingContext()).isTrue();
    assertThat(all.failScopeOnFailure().onFailure()).isEqualTo(Schedule.OnFailure.FAIL_SCOPE);
    assertThat(all.failScopeOnFailure().isCarryingContext()).isTrue();
  }

  @Test
  void itSaysWhatItIs() {
    assertThat(Schedule.fixedDelay(ofSeconds(1))).hasToString("FIXED_DELAY PT1S");
    assertThat(Schedule.times(ZoneId.of("Asia/Tokyo"), t -> t)).hasToString("times in Asia/Tokyo");
    assertThat(Schedule.times(ZoneId.of("Asia/Tokyo"), t -> t).zone()).isEqualTo(ZoneId.of("Asia/Tokyo"));
    assertThat(Schedule.fixedDelay(ofSeconds(1)).zone()).isNull();
    assertThat(Schedule.fixedDelay(ofSeconds(1)).times()).isNull();
  }

  @Test
  void badArgumentsOfEveryLeaveNothingBehind() {
    Schedule schedule = Schedule.fixedDelay(ofSeconds(1));
    try (Lifecycle lifecycle = Lifecycle.create(o -> o); Supervisor app = lifecycle.supervisor("app", o -> o)) {
      refused(() -> app.every("Not a purpose", schedule, () -> {}), "purpose must match");
      assertThatThrownBy(() -> app.every(null, schedule, () -> {})).isInstanceOf(NullPointerException.class);
      assertThatThrownBy(() -> app.every("flush", null, () -> {})).isInstanceOf(NullPointerException.class).hasMessage("schedule");
      assertThatThrownBy(() -> app.every("flush", schedule, null)).isInstanceOf(NullPointerException.class).hasMessage("body");
      assertThat(Snapshot.take(lifecycle).scopes()).isEqualTo(1);
    }
  }
}
