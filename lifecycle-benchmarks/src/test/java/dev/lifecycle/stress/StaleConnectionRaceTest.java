package dev.lifecycle.stress;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.Scope;
import dev.lifecycle.Task;
import dev.lifecycle.casestudies.connections.PooledDataSource;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A connection is closed by one thread while others use it, and the next holder gets the same one at once. */
class StaleConnectionRaceTest {
  private static final int ROUNDS = 2_000;
  private static final int OTHERS = 2;

  private final AtomicInteger latest = new AtomicInteger();
  private final Queue<String> overlaps = new ConcurrentLinkedQueue<>();

  @Test
  @Timeout(60)
  void noCallOfAHolderRunsWhenTheNextOneHasTheConnection() throws Exception {
    int late = 0;
    try (Scope scope = Scope.open("test.race")) {
      DataSource db = new PooledDataSource(PooledDataSource.pool(scope, "test.db", 1, this::driver).build(), ofSeconds(20));
      for (int round = 1; round <= ROUNDS; round++) {
        int holder = 2 * round;
        Connection connection = db.getConnection();
        Task<?>[] others = new Task<?>[OTHERS];
        for (int i = 0; i < OTHERS; i++) {
          others[i] = scope.fork("test.other", () -> callUntilRefused(connection, holder));
        }
        for (int i = 0; i < holder % 7; i++) {
          connection.nativeSQL(Integer.toString(holder));
        }
        connection.close();
        try (Connection next = db.getConnection()) {
          next.nativeSQL(Integer.toString(holder + 1));
        }
        for (Task<?> other : others) {
          late += (int) other.get();
        }
      }
    }
    assertThat(overlaps).isEmpty();
    assertThat(late).as("calls by others").isGreaterThan(ROUNDS / 10);
  }

  private static int callUntilRefused(Connection connection, int holder) {
    for (int calls = 0; ; calls++) {
      try {
        connection.nativeSQL(Integer.toString(holder));
      } catch (SQLException e) {
        return calls;
      }
    }
  }

  /** A driver that knows who calls: nobody may call, or still be calling, when a later holder has. */
  private Connection driver() {
    return (Connection) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> switch (method.getName()) {
      case "nativeSQL" -> {
        int holder = Integer.parseInt((String) arguments[0]);
        check(holder, latest.accumulateAndGet(holder, Math::max));
        Thread.yield();
        check(holder, latest.get());
        yield "";
      }
      case "getAutoCommit", "isValid" -> true;
      case "isClosed" -> false;
      default -> null;
    });
  }

  private void check(int holder, int latest) {
    if (holder != latest) {
      overlaps.add(holder + " after " + latest);
    }
  }
}
