package dev.lifecycle.unit;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lifecycle.FailureReport;
import dev.lifecycle.FailureReport.Kind;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.Scope;
import dev.lifecycle.Supervisor;
import dev.lifecycle.casestudies.connections.PhysicalConnection;
import dev.lifecycle.casestudies.connections.PooledDataSource;
import dev.lifecycle.casestudies.net.DatabaseServer;
import dev.lifecycle.junit.VirtualClock;
import dev.lifecycle.pool.LeakPolicy;
import dev.lifecycle.pool.ObjectPool;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/** Connections that are not closed, by those who should. Time is virtual. */
@Timeout(60)
class LeakedConnectionTest {
  private final VirtualClock clock = new VirtualClock();
  private final List<FailureReport> reports = new CopyOnWriteArrayList<>();
  private final List<String> calls = new CopyOnWriteArrayList<>();
  private final BlockedOn held = new BlockedOn();
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.clock(clock).failureListener(reports::add));
  private final Supervisor app = lifecycle.supervisor("test.app", o -> o.grace(ofSeconds(1)));
  private DatabaseServer server;

  @BeforeEach
  void open() throws SQLException {
    server = new DatabaseServer();
  }

  @AfterEach
  void close() throws SQLException {
    held.release();
    passTimeUntilEnded(app::close);
    lifecycle.close();
    server.close();
  }

  @Test
  void aLeakIsNamedByItsThreadAndTheConnectionIsCutOffAndReplaced() throws Exception {
    DataSource db = new PooledDataSource(pool(LeakPolicy.DESTROY), ofMinutes(1));
    Thread culprit = new Thread(() -> get(db), "import-worker");
    culprit.start();
    culprit.join();
    await().untilAsserted(() -> {
      clock.advance(ofSeconds(1));
      assertThat(reports).extracting(FailureReport::kind).contains(Kind.LEASE_LEAKED);
    });
    assertThat(of(Kind.LEASE_LEAKED).toString()).contains("test.db").contains("import-worker");
    await().untilAsserted(() -> assertThat(calls).contains("abort", "close"));
    db.getConnection().close();
  }

  @Test
  @EnabledForJreRange(min = JRE.JAVA_21)
  void aTaskThatLeaksIsNamedByItsPurpose() throws Exception {
    DataSource db = new PooledDataSource(pool(LeakPolicy.REPORT), ofMinutes(1));
    try (Scope orders = lifecycle.open("test.orders")) {
      orders.fork("test.import", () -> get(db)).get();
      await().untilAsserted(() -> {
        clock.advance(ofSeconds(1));
        assertThat(reports).extracting(FailureReport::kind).contains(Kind.LEASE_LEAKED);
      });
    }
    assertThat(of(Kind.LEASE_LEAKED).toString()).contains("test.import");
  }

  @Test
  void aConnectionHeldForTooLongIsNamedWithItsTaskWhileItIsHeld() throws Exception {
    DataSource db = new PooledDataSource(pool(LeakPolicy.REPORT), ofMinutes(1));
    try (Scope orders = lifecycle.open("test.orders")) {
      orders.start("test.import", () -> {
        try (Connection connection = db.getConnection()) {
          held.hold(connection);
        }
      });
      held.awaitHeld();
      clock.advance(ofSeconds(61));
      await().untilAsserted(() -> {
        clock.advance(ofMillis(100));
        assertThat(reports).extracting(FailureReport::kind).contains(Kind.LEASE_OVERDUE);
      });
      FailureReport overdue = of(Kind.LEASE_OVERDUE);
      assertThat(overdue.purpose()).isEqualTo("test.import");
      assertThat(overdue.taskId()).isPositive();
      assertThat(overdue.stack()).anyMatch(frame -> frame.getMethodName().equals("hold"));
      held.release();
      orders.join();
    }
  }

  @Test
  void theEndOfTheSupervisorRevokesAndAborts() throws Exception {
    DataSource db = new PooledDataSource(pool(LeakPolicy.REPORT), ofMinutes(1));
    Connection connection = db.getConnection();
    passTimeUntilEnded(app::close);
    await().untilAsserted(() -> assertThat(calls).contains("abort"));
    assertThat(of(Kind.LEASE_REVOKED).toString()).contains(Thread.currentThread().getName());
    assertThat(connection.isClosed()).isTrue();
    assertThatThrownBy(connection::createStatement).isInstanceOf(SQLException.class).hasMessageContaining("revoked");
    assertThat(calls).doesNotContain("close");
    connection.close();
    await().untilAsserted(() -> assertThat(calls).contains("close"));
    assertThat(server.connections()).isZero();
  }

  private ObjectPool<PhysicalConnection> pool(LeakPolicy policy) {
    return PooledDataSource.pool(app, "test.db", 2, () -> RecordedCalls.of(server.connect(), calls)).leakPolicy(policy).expectedWithin(ofMinutes(1)).build();
  }

  private FailureReport of(Kind kind) {
    return reports.stream().filter(r -> r.kind() == kind).findFirst().orElseThrow();
  }

  private static Connection get(DataSource db) {
    try {
      return db.getConnection();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Moves the clock while something waits for it. */
  private void passTimeUntilEnded(Runnable wait) {
    Thread thread = new Thread(wait, "waits");
    thread.start();
    await().untilAsserted(() -> {
      clock.advance(ofMillis(100));
      assertThat(thread.isAlive()).isFalse();
    });
  }
}
