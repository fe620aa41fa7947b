package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Schedule;
import dev.lifecycle.Supervisor;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.scheduling.support.CronExpression;

/**
 * A cron library is a function: its times are run as it gives them, also on the days on which clocks are set forward and back, where what is right is its
 * affair and not ours.
 */
@Timeout(20)
class ScheduleCronTest {
  private static final ZoneId ZONE = ZoneId.of("Europe/Berlin"); // in 2000 forward on 26 March from 2 to 3, back on 29 October from 3 to 2

  private final WatchedClock clock = new WatchedClock();
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.name("cron").clock(clock));
  private final Supervisor app = lifecycle.supervisor("app", o -> o);
  private final List<OffsetDateTime> runs = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() {
    lifecycle.close();
  }

  /** From noon of a day on the runs come exactly at these times. */
  private void expect(String noon, String... times) {
    Instant origin = clock.instant();
    clock.advance(Duration.between(origin, LocalDateTime.parse(noon).atZone(ZONE).toInstant()));
    app.every("nightly", Schedule.times(ZONE, CronExpression.parse("0 0 2 * * *")::next), () -> runs.add(clock.instant().atZone(ZONE).toOffsetDateTime()));
    for (String time : times) {
      Duration reading = Duration.between(origin, OffsetDateTime.parse(time));
      clock.awaitDue(reading);
      clock.advanceTo(reading);
      Soon.asserted(() -> assertThat(runs).last().hasToString(time));
    }
    assertThat(runs).extracting(Object::toString).containsExactly(times);
  }

  @Test
  void whereTheClockIsSetForwardTheHourThatDoesNotExistHasNoRun() {
    expect("2000-03-24T12:00", "2000-03-25T02:00+01:00", "2000-03-27T02:00+02:00", "2000-03-28T02:00+02:00");
  }

  @Test
  void whereTheClockIsSetBackTheHourThatComesTwiceHasTwoRuns() {
    expect("2000-10-27T12:00", "2000-10-28T02:00+02:00", "2000-10-29T02:00+02:00", "2000-10-29T02:00+01:00", "2000-10-30T02:00+01:00");
  }
}
