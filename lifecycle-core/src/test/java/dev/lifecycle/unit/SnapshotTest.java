package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Scope;
import dev.lifecycle.TaskOptions;
import dev.lifecycle.diagnostics.Snapshot;
import dev.lifecycle.junit.VirtualClock;
import dev.lifecycle.spi.ResourceKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class SnapshotTest {
  private final VirtualClock clock = new VirtualClock();
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.name("shown").clock(clock));
  private final BlockedBody body = new BlockedBody();

  @AfterEach
  void close() {
    body.release();
    lifecycle.close();
  }

  private String text() {
    return Snapshot.take(lifecycle).toString();
  }

  private List<String> lines() {
    return text().lines().toList();
  }

  private String lineWith(String part) {
    return lines().stream().filter(line -> line.contains(part)).findFirst().orElse("no line with " + part);
  }

  /** A resource whose methods are nobody's business. */
  private record Hostile() implements AutoCloseable {
    @Override
    public boolean equals(Object other) {
      throw new AssertionError("equals");
    }

    @Override
    public int hashCode() {
      throw new AssertionError("hashCode");
    }

    @Override
    public String toString() {
      throw new AssertionError("toString");
    }

    @Override
    public void close() {}
  }

  @Test
  void itShowsScopesAndTasksAsATreeWithTheirCounts() throws Exception {
    Scope root = lifecycle.open("root");
    Scope child = root.child("child", o -> o);
    var task = child.fork("task", body::call);
    body.awaitBegun();
    Snapshot snapshot = Snapshot.take(lifecycle);

    assertThat(snapshot.scopes()).isEqualTo(2);
    assertThat(snapshot.tasks()).isEqualTo(1);
    List<String> lines = snapshot.toString().lines().toList();
    assertThat(lines).hasSize(4);
    assertThat(lines.get(0)).contains("lifecycle shown").contains("scopes 2").contains("tasks 1").contains("pid " + ProcessHandle.current().pid());
    assertThat(lines.get(1)).startsWith(root.info().id() + " root");
    assertThat(lines.get(2).strip()).startsWith(child.info().id() + " child").contains("1 live");
    assertThat(lines.get(3).strip()).contains("t-" + task.id() + " task").contains("RUNNING");
    assertThat(lines.get(3).indexOf("t-")).isGreaterThan(lines.get(2).indexOf("s-")).isGreaterThan(0);
  }

  @Test
  void whatHasEndedIsNotShown() throws Exception {
    Scope root = lifecycle.open("root");
    root.fork("task", () -> "value").get();
    root.join();
    root.child("child", o -> o).close();
    assertThat(lines()).hasSize(2);
    root.close();
    assertThat(Snapshot.take(lifecycle).scopes()).isZero();
    assertThat(lines()).hasSize(1);
  }

  @Test
  void agesCountFromTheOpeningAndTheFork() throws Exception {
    Scope root = lifecycle.open("root");
    clock.advance(Duration.ofMillis(60_100));
    root.fork("task", body::call);
    body.awaitBegun();
    clock.advance(Duration.ofMillis(5_200));
    assertThat(lineWith("root")).containsPattern("age +65\\.3s");
    assertThat(lineWith(" task ")).containsPattern("age +5\\.2s");
    assertThat(root.info().age()).isEqualTo(Duration.ofMillis(65_300));
  }

  @Test
  void aSnapshotDoesNotChange() throws Exception {
    Scope root = lifecycle.open("root");
    Snapshot snapshot = Snapshot.take(lifecycle);
    String before = snapshot.toString();
    clock.advance(Duration.ofSeconds(5));
    root.close();
    assertThat(snapshot.toString()).isEqualTo(before);
    assertThat(snapshot.scopes()).isEqualTo(1);
  }

  @Test
  void statesOfAScopeAreShown() throws Exception {
    Scope root = lifecycle.open("root");
    root.start("task", body::runStubbornly);
    body.awaitBegun();
    root.drain();
    root.cancel("enough");
    assertThat(lineWith("root")).contains("draining").contains("cancelled EXPLICIT");
    assertThat(lineWith(" task ")).contains("CANCELLING");
  }

  @Test
  void ownedResourcesAreShownWithKindNameAndTheirOwnAgeUntilTheyAreClosed() {
    Scope root = lifecycle.open("root");
    clock.advance(Duration.ofSeconds(60));
    root.own(() -> {}, ResourceKind.SOCKET, "upstream");
    clock.advance(Duration.ofSeconds(3));
    root.own(() -> assertThat(text()).contains("socket upstream"), ResourceKind.FILE, "journal");
    assertThat(lineWith("socket upstream")).containsPattern("age +3\\.0s");
    assertThat(lineWith("file journal")).containsPattern("age +0\\.0s");
    root.close();
    assertThat(text()).doesNotContain("upstream").doesNotContain("journal");
  }

  @Test
  void equalResourcesAreShownEachAndNoMethodOfAUsersObjectIsCalled() {
    Scope root = lifecycle.open("root");
    Hostile same = new Hostile();
    root.own(same, ResourceKind.OTHER, "first");
    root.own(new Hostile(), ResourceKind.OTHER, "second");
    root.own(same, ResourceKind.of("thing"), "third");
    assertThat(text()).contains("other first").contains("other second").contains("thing third");
  }

  @Test
  void namesOfResourcesFollowTheRuleOfPurposes() {
    Scope root = lifecycle.open("root");
    assertThatThrownBy(() -> root.own(() -> {}, ResourceKind.OTHER, "a\nb")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ResourceKind.of("a\nb")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void hostileThreadNamesAreHarmless() throws Exception {
    Thread.currentThread().setName("evil\n  - t-1 forged \u001b[31m\u202e\u2028\u2029\ud800" + "x".repeat(10_000));
    try {
      Scope root = lifecycle.open("root");
      root.start("task", () -> {
        Thread.currentThread().setName("body\r\nforged\u0085line");
        body.run();
      });
      body.awaitBegun();
      String text = text();
      assertThat(text.lines()).hasSize(3).allMatch(line -> line.length() < 250);
      assertThat(text).contains("evil?").doesNotContain("\u001b", "\u202e", "\u2028", "\u2029", "\u0085", "\r", "\ud800");
    } finally {
      Thread.currentThread().setName("main");
    }
  }

  @Test
  void aCallIsShownWithTheThreadThatRunsItsBody() throws Exception {
    Thread.currentThread().setName("caller");
    lifecycle.call("call", Duration.ofMinutes(1), scope -> assertThat(lineWith("call")).contains("caller"));
    assertThat(Snapshot.take(lifecycle).scopes()).isZero();
  }

  @Test
  void theTextIsWrittenAnywhereAndAnErrorOfTheWriterIsNotHidden() {
    lifecycle.open("root");
    StringBuilder out = new StringBuilder();
    Snapshot snapshot = Snapshot.take(lifecycle);
    snapshot.writeTo(out);
    assertThat(out).hasToString(snapshot.toString());
    Appendable broken = new Appendable() {
      @Override
      public Appendable append(CharSequence text) throws IOException {
        throw new IOException("full");
      }

      @Override
      public Appendable append(CharSequence text, int start, int end) throws IOException {
        throw new IOException("full");
      }

      @Override
      public Appendable append(char c) throws IOException {
        throw new IOException("full");
      }
    };
    assertThatThrownBy(() -> snapshot.writeTo(broken)).isInstanceOf(UncheckedIOException.class);
  }

  @Test
  void tasksPastTheBoundOfPurposesAreShownByTheirRealName() throws Exception {
    try (Lifecycle small = Lifecycle.create(o -> o.maxPurposes(1));
        Scope scope = small.open("scope")) {
      scope.fork("real.name", (TaskOptions<String> o) -> o.expectedWithin(Duration.ofSeconds(1)), body::call);
      body.awaitBegun();
      assertThat(Snapshot.take(small).toString()).contains("real.name");
      assertThat(small.counts()).containsKey("other");
      body.release();
    }
  }
}
