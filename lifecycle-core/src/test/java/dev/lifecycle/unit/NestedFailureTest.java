package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.RestartPolicy;
import dev.lifecycle.Service;
import dev.lifecycle.Service.Status;
import dev.lifecycle.Supervisor;
import dev.lifecycle.SupervisorOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which ends of a nested supervisor are failures of the service that it is. */
@Timeout(20)
class NestedFailureTest extends ServiceFixture {
  private static final RestartPolicy AT_ONCE = atOnce(RestartPolicy.onFailure());

  private final Supervisor app = lifecycle.supervisor("app", o -> o);
  private final ToldBody part = ToldBody.listening();
  private final List<Supervisor> opened = new CopyOnWriteArrayList<>();

  private Service nest(UnaryOperator<SupervisorOptions> options) throws InterruptedException {
    Service nested = app.supervisor("app.feed", AT_ONCE, options, feed -> {
      opened.add(feed);
      feed.service("feed.part", AT_ONCE, part);
    });
    part.awaitRun(1);
    assertThat(nested.awaitReady(LONG)).isTrue();
    return nested;
  }

  private void isRestarted(Service nested) throws InterruptedException {
    part.awaitRun(2);
    assertThat(nested.awaitReady(LONG)).isTrue();
    assertThat(opened).hasSize(2).doesNotHaveDuplicates();
    assertThat(nested.restarts()).isEqualTo(1);
    assertThat(nested.lastFailure()).isNotNull();
    assertThat(app.context().isCancelled()).isFalse();
  }

  @Test
  void oneThatIsCancelledHasFailedAndIsRestarted() throws Exception {
    Service nested = nest(o -> o);
    IllegalStateException lost = new IllegalStateException("lost");
    assertThat(opened.get(0).cancel("the database is lost", lost)).isTrue();
    isRestarted(nested);
    assertThat(nested.lastFailure()).hasRootCause(lost);
  }

  @Test
  void oneWhoseOwnDeadlineComesHasFailedAndIsRestarted() throws Exception {
    Duration timeout = Duration.ofMinutes(1);
    Service nested = nest(o -> o.scope(x -> x.timeout(timeout)));
    clock.advance(timeout);
    isRestarted(nested);
  }

  @Test
  void oneThatAHolderShutsDownHasCompleted() throws Exception {
    Service nested = nest(o -> o);
    assertThat(opened.get(0).shutdown(Duration.ZERO, Duration.ofSeconds(3)).isClean()).isTrue();
    hasCompleted(nested);
  }

  @Test
  void oneThatAHolderClosesHasCompleted() throws Exception {
    Service nested = nest(o -> o);
    opened.get(0).close();
    hasCompleted(nested);
  }

  private void hasCompleted(Service nested) throws InterruptedException {
    assertThat(nested.awaitEnd(LONG)).isTrue();
    assertThat(nested.status()).isEqualTo(Status.COMPLETED);
    assertThat(nested.lastFailure()).isNull();
    assertThat(nested.restarts()).isZero();
    assertThat(part.runs()).isEqualTo(1);
  }
}
