package dev.lifecycle.unit;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lifecycle.Scope;
import dev.lifecycle.casestudies.connections.PhysicalConnection;
import dev.lifecycle.casestudies.connections.PooledDataSource;
import dev.lifecycle.casestudies.net.DatabaseServer;
import dev.lifecycle.pool.ObjectPool;
import java.net.ConnectException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A real database dies and comes back, on the same port. Neither the pool nor the program is started again. */
@Timeout(60)
class FailingDatabaseTest {
  private static final int SIZE = 3;

  private final Scope scope = Scope.open("test.failing");
  private DatabaseServer server;

  @BeforeEach
  void open() throws SQLException {
    server = new DatabaseServer();
  }

  @AfterEach
  void close() throws SQLException {
    scope.close();
    server.close();
  }

  @Test
  void idleConnectionsAreFoundBrokenAndReplacedWhenTheDatabaseIsBack() throws SQLException {
    ObjectPool<PhysicalConnection> pool = pool(ZERO);
    DataSource db = new PooledDataSource(pool, ofSeconds(20));
    useAll(db);
    assertThat(pool.stats().created()).isEqualTo(SIZE);
    server.stop();
    assertThatThrownBy(new PooledDataSource(pool, ofSeconds(1))::getConnection).isInstanceOf(SQLTransientConnectionException.class).rootCause()
        .as("the last failure to connect").isInstanceOf(ConnectException.class);
    server.restart();
    assertThatCode(() -> useAll(db)).doesNotThrowAnyException();
    assertThat(server.connections()).isEqualTo(SIZE);
    assertThat(pool.stats().leased()).isZero();
  }

  @Test
  void aConnectionThatFailedItsHolderIsGivenToNobody() throws SQLException {
    ObjectPool<PhysicalConnection> pool = pool(Duration.ofHours(1)); // nothing is checked: what a holder found is all there is
    DataSource db = new PooledDataSource(pool, ofSeconds(20));
    useAll(db);
    server.stop();
    for (int i = 0; i < SIZE; i++) {
      try (Connection c = db.getConnection()) {
        assertThatThrownBy(() -> query(c)).isInstanceOf(SQLException.class);
      }
    }
    server.restart();
    assertThatCode(() -> useAll(db)).doesNotThrowAnyException();
    await().untilAsserted(() -> assertThat(pool.stats().destroyed()).isEqualTo(SIZE));
    assertThat(pool.stats().created()).isEqualTo(2 * SIZE);
  }

  @Test
  void aConnectionThatBreaksInATransactionIsNoTroubleForItsClose() throws SQLException {
    DataSource db = new PooledDataSource(pool(Duration.ofHours(1)), ofSeconds(20));
    Connection c = db.getConnection();
    c.setAutoCommit(false);
    c.createStatement();
    query(c);
    server.stop();
    assertThatCode(c::close).doesNotThrowAnyException();
    server.restart();
    try (Connection next = db.getConnection()) {
      query(next);
    }
  }

  private ObjectPool<PhysicalConnection> pool(Duration validateAfterIdle) {
    return PooledDataSource.pool(scope, "test.db", SIZE, server::connect)
        .validateAfterIdle(validateAfterIdle)
        .creationBackoff(ofMillis(10), ofMillis(100))
        .build();
  }

  private static void useAll(DataSource db) throws SQLException {
    List<Connection> all = new ArrayList<>();
    for (int i = 0; i < SIZE; i++) {
      all.add(db.getConnection());
    }
    for (Connection c : all) {
      query(c);
      c.close();
    }
  }

  private static void query(Connection connection) throws SQLException {
    try (var statement = connection.createStatement(); var result = statement.executeQuery("select 1")) {
      assertThat(result.next()).isTrue();
    }
  }
}
