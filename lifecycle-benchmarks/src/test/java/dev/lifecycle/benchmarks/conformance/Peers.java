package dev.lifecycle.benchmarks.conformance;

import dev.lifecycle.pool.conformance.PoolAdapter;
import java.util.ArrayList;
import java.util.List;

/** The peers of this build, in the order of the columns. */
final class Peers {
  private static final String STORMPOT = "dev.lifecycle.benchmarks.conformance.Stormpot25";

  private Peers() {}

  static List<PoolAdapter> all() {
    List<PoolAdapter> peers = new ArrayList<>();
    try {
      peers.add((PoolAdapter) Class.forName(STORMPOT).getDeclaredConstructor().newInstance());
    } catch (ClassNotFoundException e) {
      // Only a build for 25 has it.
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
    peers.add(new HikariBag());
    peers.add(new HikariConnections());
    peers.add(new CommonsPool());
    peers.add(new Vibur());
    return peers;
  }
}
