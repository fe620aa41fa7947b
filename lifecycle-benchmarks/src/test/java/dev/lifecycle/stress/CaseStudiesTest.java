package dev.lifecycle.stress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.casestudies.CaseStudy;
import dev.lifecycle.casestudies.Catalogue;
import dev.lifecycle.casestudies.Mode;
import dev.lifecycle.casestudies.Outcome;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every case runs in a small way. Its figures are not looked at: a loaded machine must not fail the build. */
class CaseStudiesTest {
  private static final Set<String> JVM_GROUPS = Set.of("system", "InnocuousThreadGroup", "CarrierThreads");

  static Stream<CaseStudy> cases() {
    return Catalogue.all().stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  @Timeout(60)
  void aCaseRunsAndLeavesNoThreadBehind(CaseStudy study) throws Exception {
    Set<Thread> before = threads();
    Outcome outcome = study.run(Mode.TINY);
    assertThat(outcome.asFound()).isNotBlank();
    assertThat(outcome.withLifecycle()).isNotBlank();
    assertThat(outcome.plots()).hasSizeGreaterThan(3).allSatisfy(p -> assertThat(p.withLifecycle()).isNotEmpty());
    assertThat(outcome.checks()).isNotEmpty();
    await().pollInSameThread().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
      Set<Thread> after = threads();
      after.removeAll(before);
      assertThat(after).isEmpty();
      // Virtual threads are not in that list; the library counts its tasks on any thread.
      assertThat(Lifecycle.system().counts().values()).allSatisfy(c -> assertThat(c.live()).isZero());
    });
  }

  /**
   * All threads but the library's own few, which it keeps, and those of the JVM. The selector thread of a JDK HTTP client is one of the latter: the
   * client of JDK 17 miscounts requests that were cut off, and then keeps the thread when it is collected.
   */
  private static Set<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(t -> !t.getName().startsWith("lifecycle-"))
        .filter(Thread::isAlive)
        .filter(t -> !t.getName().endsWith("-SelectorManager"))
        .filter(t -> !t.getName().startsWith("ForkJoinPool.commonPool") && !JVM_GROUPS.contains(group(t)))
        .collect(Collectors.toSet());
  }

  private static String group(Thread thread) {
    ThreadGroup group = thread.getThreadGroup();
    return group == null ? "none: it has ended" : group.getName();
  }
}
