package dev.lifecycle.unit;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.Scope;
import dev.lifecycle.Task;
import dev.lifecycle.casestudies.connections.PhysicalConnection;
import dev.lifecycle.casestudies.connections.PooledDataSource;
import dev.lifecycle.casestudies.net.DatabaseServer;
import dev.lifecycle.pool.AcquireTimeoutException;
import dev.lifecycle.pool.ObjectPool;
import dev.lifecycle.pool.PoolClosedException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.util.concurrent.CountDownLatch;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How connections are given, and refused. There is one. */
@Timeout(30)
public class PooledDataSourceTest {
  private static volatile CountDownLatch entered = new CountDownLatch(1);
  private static volatile CountDownLatch go = new CountDownLatch(1);

  private final Scope scope = Scope.open("test.connections");
  private DatabaseServer server;
  private ObjectPool<PhysicalConnection> pool;

  @BeforeEach
  void open() throws SQLException {
    server = new DatabaseServer();
    pool = PooledDataSource.pool(scope, "test.db", 1, server::connect).build();
  }

  @AfterEach
  void close() throws SQLException {
    go.countDown();
    scope.close();
    server.close();
  }

  @Test
  void aTimeoutIsATransientFailureWhoseCauseTellsWhy() throws SQLException {
    DataSource db = new PooledDataSource(pool, ofSeconds(10));
    try (Connection held = db.getConnection()) {
      assertThat(held.isValid(1)).isTrue();
      assertThatThrownBy(() -> new PooledDataSource(pool, ofMillis(20)).getConnection())
          .isInstanceOf(SQLTransientConnectionException.class).hasCauseInstanceOf(AcquireTimeoutException.class);
    }
    assertThat(db.getConnection().isValid(1)).isTrue();
  }

  @Test
  void anInterruptIsKeptAndNothingIsTaken() throws SQLException {
    DataSource db = new PooledDataSource(pool, ofMinutes(10));
    try (Connection held = db.getConnection()) {
      Thread.currentThread().interrupt();
      assertThatThrownBy(db::getConnection).isInstanceOf(SQLException.class).hasCauseInstanceOf(InterruptedException.class);
      assertThat(Thread.interrupted()).isTrue();
      assertThat(held.isValid(1)).isTrue();
    }
    assertThat(pool.stats().leased()).isZero();
  }

  @Test
  void theDeadlineOfTheCallersScopeBoundsTheWait() throws Exception {
    DataSource db = new PooledDataSource(pool, ofMinutes(10));
    try (Connection held = db.getConnection()) {
      assertThatThrownBy(() -> Scope.call("test.request", ofMillis(50), request -> db.getConnection())).isInstanceOf(Exception.class);
      assertThat(held.isValid(1)).isTrue();
    }
    Thread.interrupted();
    assertThat(pool.stats().leased()).isZero();
  }

  @Test
  void aClosedPoolIsNoTransientFailure() {
    DataSource db = new PooledDataSource(pool, ofSeconds(10));
    pool.close();
    assertThatThrownBy(db::getConnection).isInstanceOf(SQLNonTransientConnectionException.class).hasCauseInstanceOf(PoolClosedException.class);
  }

  @Test
  void theLoginTimeoutIsTheWait() throws SQLException {
    DataSource db = new PooledDataSource(pool, ZERO);
    db.setLoginTimeout(10);
    assertThat(db.getLoginTimeout()).isEqualTo(10);
    db.getConnection().close();
    assertThatThrownBy(() -> db.setLoginTimeout(0)).isInstanceOf(SQLException.class).hasMessage("seconds must be positive: 0");
  }

  @Test
  void nullIsRefusedWhereItIsGiven() {
    PooledDataSource db = new PooledDataSource(pool, ZERO);
    assertThatThrownBy(() -> PooledDataSource.pool(null, "test.db", 1, server::connect)).isInstanceOf(NullPointerException.class).hasMessage("owner");
    assertThatThrownBy(() -> PooledDataSource.pool(scope, null, 1, server::connect)).isInstanceOf(NullPointerException.class).hasMessage("name");
    assertThatThrownBy(() -> PooledDataSource.pool(scope, "test.db", 1, null)).isInstanceOf(NullPointerException.class).hasMessage("open");
    assertThatThrownBy(() -> new PooledDataSource(null, ZERO)).isInstanceOf(NullPointerException.class).hasMessage("pool");
    assertThatThrownBy(() -> new PooledDataSource(pool, null)).isInstanceOf(NullPointerException.class).hasMessage("timeout");
    assertThatThrownBy(() -> db.unwrap(null)).isInstanceOf(SQLException.class).hasMessageContaining("type");
    assertThatThrownBy(() -> db.isWrapperFor(null)).isInstanceOf(SQLException.class).hasMessageContaining("type");
  }

  @Test
  void anOpenerThatGivesNullHasFailedToOpen() {
    ObjectPool<PhysicalConnection> none = PooledDataSource.pool(scope, "test.none", 1, () -> null).build();
    assertThatThrownBy(new PooledDataSource(none, ofMillis(100))::getConnection).isInstanceOf(SQLTransientConnectionException.class)
        .rootCause().hasMessageContaining("gave null");
    assertThat(none.stats().createFailures()).isPositive();
  }

  @Test
  void aCloseDuringACallGivesTheConnectionBackWhenTheCallHasEnded() throws Exception {
    entered = new CountDownLatch(1);
    go = new CountDownLatch(1);
    server.execute("create alias hold for 'dev.lifecycle.unit.PooledDataSourceTest.hold'");
    DataSource db = new PooledDataSource(pool, ofSeconds(10));
    Connection connection = db.getConnection();
    try (Statement statement = connection.createStatement()) {
      Task<Boolean> call = scope.fork("test.call", () -> statement.execute("call hold()"));
      entered.await();
      connection.close();
      assertThat(connection.isClosed()).isTrue();
      assertThatThrownBy(statement::cancel).isInstanceOf(SQLException.class);
      assertThatThrownBy(() -> new PooledDataSource(pool, ZERO).getConnection()).isInstanceOf(SQLTransientConnectionException.class);
      go.countDown();
      assertThat(call.get()).isTrue();
    }
    db.getConnection().close();
    assertThat(server.connections()).isEqualTo(1);
  }

  /** Called by the database, on its thread. */
  public static boolean hold() throws InterruptedException {
    entered.countDown();
    go.await();
    return true;
  }
}
