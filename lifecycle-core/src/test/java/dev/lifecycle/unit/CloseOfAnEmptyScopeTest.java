package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Scope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule 16, where two threads close. */
@Timeout(20)
class CloseOfAnEmptyScopeTest {
  @Test
  void ofTwoConcurrentClosersTheSecondWaitsForTheFirst() throws Exception {
    try (Lifecycle lifecycle = Lifecycle.create(o -> o); Duel duel = new Duel()) {
      Scope parent = lifecycle.open("close.parent");
      for (int i = 0; i < 10_000; i++) {
        Scope child = parent.child("close.child", o -> o);
        duel.fight(child::close, () -> {
          child.close();
          assertThat(child.info().closed()).isTrue();
        });
      }
      parent.close();
    }
  }
}
