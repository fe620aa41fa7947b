package dev.lifecycle.benchmarks.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.pool.conformance.Conformance;
import dev.lifecycle.pool.conformance.Outcome;
import dev.lifecycle.pool.conformance.Outcome.Verdict;
import dev.lifecycle.pool.conformance.PoolAdapter;
import dev.lifecycle.pool.conformance.Rule;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the kit says of the peers, as far as it is the same on every machine and in every run: that the adapters work, and that the kit sees what the peers are
 * known for. The rest is in the table.
 */
@Timeout(120)
class PeersConformanceTest {
  static Stream<PoolAdapter> peers() {
    return Peers.all().stream();
  }

  static Stream<PoolAdapter> bare() {
    return peers().filter(peer -> !(peer instanceof HikariConnections));
  }

  @ParameterizedTest
  @MethodSource("peers")
  void everyPeerGivesAndTakesBackAnObject(PoolAdapter peer) throws InterruptedException {
    assertThat(verdict(peer, Rule.AN_IDLE_OBJECT_IS_GIVEN_AT_ONCE)).isEqualTo(Verdict.PASS);
    assertThat(verdict(peer, Rule.A_TIMEOUT_IS_NEVER_EARLY)).isEqualTo(Verdict.PASS);
    assertThat(verdict(peer, Rule.ANOTHER_THREAD_MAY_CLOSE)).isEqualTo(Verdict.PASS);
  }

  @ParameterizedTest
  @MethodSource("bare")
  void aStaleCloseTakesAnObjectThatIsItsOwnLeaseFromItsNewOwner(PoolAdapter peer) throws InterruptedException {
    assertThat(Conformance.of(peer, Rule.A_STALE_CLOSE_NEVER_AFFECTS_THE_NEW_OWNER)).isEqualTo(new Outcome(Verdict.FAIL, "one object had two owners"));
  }

  @ParameterizedTest
  @MethodSource("bare")
  void nobodyCanTellWhetherTheClaimOfABareObjectHasEnded(PoolAdapter peer) throws InterruptedException {
    assertThat(verdict(peer, Rule.USE_AFTER_CLOSE_FAILS)).isEqualTo(Verdict.NOT_OFFERED);
  }

  @Test
  void aPoolWithAHandlePerClaimPassesTheRulesOfTheEndOfAClaim() throws InterruptedException {
    PoolAdapter connections = new HikariConnections();

    assertThat(verdict(connections, Rule.A_SECOND_CLOSE_DOES_NOTHING)).isEqualTo(Verdict.PASS);
    assertThat(verdict(connections, Rule.A_STALE_CLOSE_NEVER_AFFECTS_THE_NEW_OWNER)).isEqualTo(Verdict.PASS);
    assertThat(verdict(connections, Rule.USE_AFTER_CLOSE_FAILS)).isEqualTo(Verdict.PASS);
  }

  @Test
  void aPlainDoubleRestoreOfViburGivesOneObjectTwice() throws InterruptedException {
    assertThat(verdict(new Vibur(), Rule.A_SECOND_CLOSE_DOES_NOTHING)).isEqualTo(Verdict.FAIL);
  }

  @Test
  void theTableHasARowPerRuleAndAColumnPerPool() throws InterruptedException {
    String table = ConformanceTable.of(List.of(new Vibur(), new HikariBag()), List.of(Rule.ANOTHER_THREAD_MAY_CLOSE)).markdown();

    assertThat(table.lines()).hasSize(4).allMatch(line -> line.chars().filter(c -> c == '|').count() == 5);
    assertThat(table.lines().skip(2).findFirst()).contains("| 10 | another thread may close | pass | pass |");
  }

  private static Verdict verdict(PoolAdapter peer, Rule rule) throws InterruptedException {
    return Conformance.of(peer, rule).verdict();
  }
}
