package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lifecycle.Context;
import dev.lifecycle.FailureReport;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.Registration;
import dev.lifecycle.Scope;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule 62. A scope that must not be reported is opened before one that must be: when that one is, the collector has seen both. */
@Timeout(20)
class LeakTest {
  private final ReportsHeard heard = new ReportsHeard();
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.name("leaks").failureListener(heard));

  @AfterEach
  void close() {
    lifecycle.close();
  }

  private List<String> leaked() {
    return heard.of(FailureReport.Kind.SCOPE_LEAKED).stream().map(FailureReport::purpose).toList();
  }

  /** Drops a scope and waits for the report, twice, so that what was unreachable before has been noticed. */
  private void collect() {
    for (String purpose : List.of("canary.one", "canary.two")) {
      lifecycle.open(purpose);
      await().pollInterval(Duration.ofMillis(5)).untilAsserted(() -> {
        System.gc();
        assertThat(leaked()).contains(purpose);
      });
    }
  }

  private List<String> leakedButCanaries() {
    collect();
    return leaked().stream().filter(purpose -> !purpose.startsWith("canary")).toList();
  }

  @Test
  void anOpenScopeWhoseHandleIsUnreachableIsReportedAsLeakedOnce() {
    String id = lifecycle.open("dropped").info().id();
    assertThat(leakedButCanaries()).containsExactly("dropped");
    assertThat(heard.all()).filteredOn(r -> r.purpose().equals("dropped")).singleElement().satisfies(report -> {
      assertThat(report.scope()).isEqualTo(id + " dropped");
      assertThat(report.message()).contains("never closed");
    });
  }

  @Test
  void aScopeWithARunningTaskWhoseHandleIsUnreachableIsReportedToo() throws Exception {
    BlockedBody body = new BlockedBody();
    lifecycle.open("dropped").start("task", body::run);
    body.awaitBegun();
    assertThat(leakedButCanaries()).containsExactly("dropped");
    body.release();
  }

  @Test
  void aClosedScopeIsNotReported() {
    lifecycle.open("closed").close();
    assertThat(leakedButCanaries()).isEmpty();
  }

  @Test
  void aScopeThatIsBeingClosedIsNotReported() throws Exception {
    BlockedBody cleanup = new BlockedBody();
    Thread closer = new Thread(() -> {
      Scope closing = lifecycle.open("closing");
      closing.defer(cleanup::runUnchecked);
      closing.close();
    });
    closer.start();
    cleanup.awaitBegun();
    assertThat(leakedButCanaries()).isEmpty();
    cleanup.release();
    closer.join();
    assertThat(leakedButCanaries()).isEmpty();
  }

  @Test
  void aScopeThatStillWaitsInCloseIsNotReported() throws Exception {
    BlockedBody body = new BlockedBody();
    Thread closer = new Thread(() -> {
      Scope closing = lifecycle.open("closing");
      closing.start("task", body::runStubbornly);
      try {
        body.awaitBegun();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      closing.close();
    });
    closer.start();
    body.awaitBegun();
    await().until(() -> closer.getState() == Thread.State.WAITING);
    assertThat(leakedButCanaries()).isEmpty();
    body.release();
    closer.join();
  }

  @Test
  void aScopeMadeByChildIsHeldByItsParent() {
    Scope parent = lifecycle.open("parent");
    parent.child("child", o -> o);
    assertThat(leakedButCanaries()).isEmpty();
    parent.close();
  }

  @Test
  void theScopeOfACallIsNotWatched() throws Exception {
    assertThat(lifecycle.<List<String>, RuntimeException>call("call", o -> o, scope -> leakedButCanaries())).isEmpty();
  }

  @Test
  void anExecutorViewKeepsTheHandle() {
    ExecutorService view = lifecycle.open("viewed").asExecutor("view");
    assertThat(leakedButCanaries()).isEmpty();
    Reference.reachabilityFence(view);
    view = null;
    await().untilAsserted(() -> assertThat(leakedButCanaries()).containsExactly("viewed"));
  }

  @Test
  void aRegistrationKeepsTheHandle() {
    Registration registration = lifecycle.open("registered").onCancel(() -> {});
    assertThat(leakedButCanaries()).isEmpty();
    assertThat(registration.remove()).isTrue();
  }

  @Test
  void aContextAndCompletionsKeepTheHandle() throws Exception {
    Context context = lifecycle.open("seen").context();
    var completions = lifecycle.open("completed").<String>completions();
    assertThat(leakedButCanaries()).isEmpty();
    assertThat(context.isCancelled()).isFalse();
    assertThat(completions.next()).isNull();
  }

  @Test
  void aScopeWithACreationSiteNamesIt() {
    try (Lifecycle sited = Lifecycle.create(o -> o.failureListener(heard).creationSites(dev.lifecycle.LifecycleOptions.CreationSites.ALL))) {
      sited.open("sited");
      collect();
      assertThat(heard.all()).filteredOn(r -> r.purpose().equals("sited")).singleElement().satisfies(
          report -> assertThat(report.stack()).anyMatch(frame -> frame.getClassName().equals(LeakTest.class.getName())));
    }
  }

  @Test
  void aClosedLifecycleIsNotKeptByTheRegistry() {
    Lifecycle gone = Lifecycle.create(o -> o.name("gone"));
    gone.open("scope").close();
    gone.close();
    WeakReference<Lifecycle> watched = new WeakReference<>(gone);
    gone = null;
    await().pollInterval(Duration.ofMillis(5)).untilAsserted(() -> {
      System.gc();
      assertThat(watched.get() == null).isTrue();
    });
  }
}
