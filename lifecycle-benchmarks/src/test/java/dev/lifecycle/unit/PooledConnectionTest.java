package dev.lifecycle.unit;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.Scope;
import dev.lifecycle.casestudies.connections.PooledDataSource;
import dev.lifecycle.casestudies.net.DatabaseServer;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.h2.jdbc.JdbcConnection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a holder of a pooled connection can do, and what it cannot do after the close. There is one connection, so that the next holder gets the same one. */
class PooledConnectionTest {
  private final Scope scope = Scope.open("test.connections");
  private final List<String> calls = new CopyOnWriteArrayList<>();
  private DatabaseServer server;
  private PooledDataSource db;

  @BeforeEach
  void open() throws SQLException {
    server = new DatabaseServer();
    server.execute("create table orders(id bigint primary key, total bigint)", "insert into orders values (1, 10)", "create schema other");
    db = new PooledDataSource(PooledDataSource.pool(scope, "test.db", 1, () -> RecordedCalls.of(server.connect(), calls)).build(), ofSeconds(10));
  }

  @AfterEach
  void close() throws SQLException {
    scope.close();
    server.close();
  }

  @Test
  void aTransactionLeftOpenIsRolledBack() throws SQLException {
    try (Connection c = db.getConnection()) {
      c.setAutoCommit(false);
      execute(c, "update orders set total = 11");
    }
    assertThat(server.number("select total from orders")).isEqualTo(10);
    try (Connection c = db.getConnection()) {
      assertThat(c.getAutoCommit()).isTrue();
      execute(c, "update orders set total = 12");
    }
    assertThat(server.number("select total from orders")).isEqualTo(12);
    assertThat(server.connections()).isEqualTo(1);
  }

  @Test
  void whatAHolderHasSetTheNextOneDoesNotFind() throws SQLException {
    try (Connection c = db.getConnection()) {
      c.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
      c.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      c.setSchema("OTHER");
      c.setHoldability(ResultSet.HOLD_CURSORS_OVER_COMMIT);
      c.setReadOnly(true);
    }
    assertThat(calls).contains("setReadOnly true", "setReadOnly false");
    try (Connection c = db.getConnection()) {
      assertThat(c.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
      assertThat(c.getSchema()).isEqualTo("PUBLIC");
      assertThat((Object) c.getWarnings()).isNull();
    }
    assertThat(server.connections()).isEqualTo(1);
  }

  @Test
  void aHolderWhoSetsNothingCostsNoSettingsBack() throws SQLException {
    db.getConnection().close();
    assertThat(calls).noneMatch(call -> call.startsWith("set") || call.startsWith("rollback"));
  }

  @Test
  void statementsLeftOpenAreClosedTheNewestFirst() throws SQLException {
    Connection c = db.getConnection();
    c.createStatement();
    PreparedStatement closed = c.prepareStatement("select 1");
    c.prepareStatement("select 2").executeQuery();
    c.getMetaData().getTables(null, null, null, null);
    closed.close();
    calls.clear();
    c.close();
    assertThat(calls.stream().filter(call -> call.contains("#close"))).containsExactly("getTables#close", "prepareStatement select 2#close", "createStatement#close");
  }

  @Test
  void aConnectionWhoseStatementCannotBeClosedIsNotGivenAgain() throws SQLException {
    try (Connection c = db.getConnection()) {
      Statement statement = c.createStatement();
      calls.add("fail createStatement#close");
      assertThatThrownBy(statement::close).isInstanceOf(SQLException.class);
    }
    db.getConnection().close();
    assertThat(calls).contains("close");
  }

  @Test
  void aClosedConnectionRefusesEveryCallAndReachesNobody() throws SQLException {
    Connection stale = db.getConnection();
    Statement statement = stale.createStatement();
    ResultSet result = statement.executeQuery("select total from orders");
    DatabaseMetaData data = stale.getMetaData();
    stale.close();
    try (Connection next = db.getConnection()) {
      next.setAutoCommit(false);
      execute(next, "update orders set total = 13");
      assertThatThrownBy(stale::createStatement).isInstanceOf(SQLException.class).hasMessageContaining("closed");
      assertThatThrownBy(stale::rollback).isInstanceOf(SQLException.class);
      assertThatThrownBy(() -> stale.unwrap(JdbcConnection.class)).isInstanceOf(SQLException.class);
      assertThatThrownBy(() -> stale.unwrap(Connection.class)).isInstanceOf(SQLException.class);
      assertThatThrownBy(() -> stale.isWrapperFor(Connection.class)).isInstanceOf(SQLException.class);
      assertThatThrownBy(() -> statement.unwrap(Statement.class)).isInstanceOf(SQLException.class);
      assertThatThrownBy(() -> stale.setClientInfo("a", "b")).isInstanceOf(SQLClientInfoException.class);
      assertThatThrownBy(() -> statement.executeUpdate("update orders set total = 14")).isInstanceOf(SQLException.class);
      assertThatThrownBy(statement::cancel).isInstanceOf(SQLException.class);
      assertThatThrownBy(statement::getConnection).isInstanceOf(SQLException.class);
      assertThatThrownBy(result::next).isInstanceOf(SQLException.class);
      assertThatThrownBy(data::getTableTypes).isInstanceOf(SQLException.class);
      assertThat(stale.isClosed()).isTrue();
      assertThat(statement.isClosed()).isTrue();
      assertThat(result.isClosed()).isTrue();
      assertThat(stale.isValid(1)).isFalse();
      assertThatCode(() -> {
        result.close();
        statement.close();
        stale.close();
        stale.abort(Runnable::run);
      }).doesNotThrowAnyException();
      assertThat(next.isValid(1)).isTrue();
      next.commit();
    }
    assertThat(server.number("select total from orders")).isEqualTo(13);
  }

  @Test
  void everyWayBackToTheConnectionLeadsToTheHoldersOwn() throws SQLException {
    try (Connection c = db.getConnection(); PreparedStatement s = c.prepareStatement("select ?"); Statement plain = c.createStatement()) {
      s.setLong(1, 7);
      ResultSet result = s.executeQuery();
      assertThat(s.getConnection()).isSameAs(c);
      assertThat(plain.getConnection()).isSameAs(c);
      assertThat(result.getStatement()).isSameAs(s);
      assertThat(c.getMetaData().getConnection()).isSameAs(c);
      assertThat(c.getMetaData().getTables(null, null, null, null).getStatement()).satisfiesAnyOf(
          hidden -> assertThat(hidden).isNull(), hidden -> assertThat(hidden.getConnection()).isSameAs(c));
      assertThat(c).isEqualTo(c).hasSameHashCodeAs(c).isNotEqualTo(s);
    }
  }

  @Test
  void theDriversOwnIsForThoseWhoAskByItsType() throws SQLException {
    try (Connection c = db.getConnection()) {
      assertThat(c.unwrap(Connection.class)).isSameAs(c);
      assertThat(c.isWrapperFor(JdbcConnection.class)).isTrue();
      assertThat(c.unwrap(JdbcConnection.class)).isInstanceOf(JdbcConnection.class);
      assertThat(c.isWrapperFor(String.class)).isFalse();
      assertThatThrownBy(() -> c.unwrap(null)).isInstanceOf(SQLException.class).hasMessageContaining("type");
      assertThatThrownBy(() -> c.isWrapperFor(null)).isInstanceOf(SQLException.class).hasMessageContaining("type");
    }
  }

  @Test
  void anAbortedConnectionIsNotGivenAgain() throws SQLException {
    Connection c = db.getConnection();
    c.abort(Runnable::run);
    assertThat(c.isClosed()).isTrue();
    db.getConnection().close();
    assertThat(calls).contains("abort", "close");
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
