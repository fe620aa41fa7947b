package dev.lifecycle.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.junit.VirtualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** The timer against a set that is searched from end to end. */
class DeadlineTimerProperties {
  enum Kind {
    ADD,
    ADD_YOUNG,
    REMOVE,
    ADVANCE
  }

  /** {@code number} is a delay, the index of a node, or a time to pass. */
  record Step(Kind kind, int number) {}

  @Provide
  Arbitrary<List<Step>> steps() {
    Arbitrary<Kind> kinds = Arbitraries.frequency(Tuple.of(4, Kind.ADD), Tuple.of(4, Kind.ADD_YOUNG), Tuple.of(4, Kind.REMOVE), Tuple.of(1, Kind.ADVANCE));
    return Combinators.combine(kinds, Arbitraries.integers().between(1, 60)).as(Step::new).list().ofMaxSize(400);
  }

  @Property(tries = 500)
  void theTimerFiresWhatASortedSetWould(@ForAll("steps") List<Step> steps) {
    VirtualClock clock = new VirtualClock();
    DeadlineTimer timer = new DeadlineTimer(clock, Workers.SYSTEM);
    List<Node> nodes = new ArrayList<>();
    Set<Node> listed = new HashSet<>();
    List<Node> fired = new ArrayList<>();
    for (Step step : steps) {
      switch (step.kind) {
        case ADD -> {
          Node node = new Node(fired);
          timer.addAfter(node, step.number);
          assertThat(node.due).isEqualTo(clock.nanoTime() + step.number);
          nodes.add(node);
          listed.add(node);
        }
        case ADD_YOUNG -> {
          Node node = new Node(fired);
          node.due = clock.nanoTime() + step.number;
          timer.addYoung(node, step.number % 5); // so that they meet
          timer.addYoung(node, step.number % 3);
          nodes.add(node);
          listed.add(node);
        }
        case REMOVE -> {
          if (!nodes.isEmpty()) {
            Node node = nodes.get(step.number % nodes.size());
            assertThat(timer.remove(node)).isEqualTo(listed.remove(node));
          }
        }
        default -> {
          fired.clear();
          clock.advance(Duration.ofNanos(step.number));
          Set<Node> due = new HashSet<>(listed);
          due.removeIf(node -> node.due > clock.nanoTime());
          assertThat(fired).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(due);
          assertThat(fired).extracting(node -> node.due).isSorted();
          listed.removeAll(due);
        }
      }
      assertThat(timer.pending()).isEqualTo(listed.size());
      assertThat(nodes).allSatisfy(node -> assertThat(node.place != TimerNode.UNLISTED).isEqualTo(listed.contains(node)));
      assertThat(timer.next()).isEqualTo(listed.stream().mapToLong(node -> node.due).min().orElse(Long.MAX_VALUE));
    }
  }

  private static final class Node extends TimerNode {
    private final List<Node> fired;

    Node(List<Node> fired) {
      this.fired = fired;
    }

    @Override
    void fire() {
      fired.add(this);
    }
  }
}
