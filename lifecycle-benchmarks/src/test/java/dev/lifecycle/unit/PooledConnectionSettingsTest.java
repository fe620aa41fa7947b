package dev.lifecycle.unit;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.Scope;
import dev.lifecycle.casestudies.connections.PhysicalConnection;
import dev.lifecycle.casestudies.connections.PooledDataSource;
import dev.lifecycle.casestudies.net.DatabaseServer;
import dev.lifecycle.pool.ObjectPool;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What one holder leaves behind that the next must not find. There is one connection, and at the end of each test it is still the same one. */
class PooledConnectionSettingsTest {
  private final Scope scope = Scope.open("test.settings");
  private DatabaseServer server;

  @BeforeEach
  void open() throws SQLException {
    server = new DatabaseServer();
    server.execute("create table orders(id bigint)", "create schema other");
  }

  @AfterEach
  void close() throws SQLException {
    scope.close();
    server.close();
  }

  @Test
  void autocommitSwitchedOffByAStatementLosesNoWriteOfTheNextHolder() throws SQLException {
    ObjectPool<PhysicalConnection> pool = pool(server::connect);
    PooledDataSource db = source(pool);
    try (Connection c = db.getConnection()) {
      execute(c, "set autocommit false");
      execute(c, "insert into orders values (1)");
    }
    try (Connection c = db.getConnection()) {
      execute(c, "insert into orders values (2)");
    }
    assertThat(server.number("select sum(id) from orders")).isEqualTo(2);
    assertThat(pool.stats().created()).isOne();
  }

  @Test
  void aConnectionThatWasOpenedWithoutAutocommitIsGivenWithoutIt() throws SQLException {
    ObjectPool<PhysicalConnection> pool = pool(() -> {
      Connection connection = server.connect();
      connection.setAutoCommit(false);
      return connection;
    });
    PooledDataSource db = source(pool);
    try (Connection c = db.getConnection()) {
      execute(c, "set autocommit true");
    }
    try (Connection c = db.getConnection()) {
      assertThat(c.getAutoCommit()).isFalse();
      c.setSchema("OTHER");
    }
    try (Connection c = db.getConnection()) {
      assertThat(c.getAutoCommit()).isFalse();
      assertThat(c.getSchema()).isEqualTo("PUBLIC");
    }
    assertThat(pool.stats().created()).isOne();
  }

  @Test
  void settingsArePutBackOutsideOfATransaction() throws SQLException {
    List<String> calls = new CopyOnWriteArrayList<>();
    PooledDataSource db = source(pool(() -> RecordedCalls.of(server.connect(), calls)));
    try (Connection c = db.getConnection()) {
      c.setAutoCommit(false);
      execute(c, "insert into orders values (1)");
      c.setSchema("OTHER");
      calls.clear();
    }
    assertThat(calls).containsSubsequence("rollback", "setAutoCommit true", "setSchema PUBLIC");
  }

  @Test
  void theQueryTimeoutOfAStatementDoesNotReachTheNextHolder() throws SQLException {
    ObjectPool<PhysicalConnection> pool = pool(server::connect);
    PooledDataSource db = source(pool);
    try (Connection c = db.getConnection(); Statement first = c.createStatement(); Statement second = c.createStatement()) {
      first.setQueryTimeout(1);
      second.setQueryTimeout(2); // to this driver the first one's is what was there before
    }
    try (Connection c = db.getConnection(); Statement statement = c.createStatement()) {
      assertThat(statement.getQueryTimeout()).isZero();
    }
    assertThat(pool.stats().created()).isOne();
  }

  @Test
  void clientInfoIsPutBack() throws SQLException {
    ObjectPool<PhysicalConnection> pool = pool(() -> DriverManager.getConnection(server.url() + ";MODE=PostgreSQL", "sa", ""));
    PooledDataSource db = source(pool);
    try (Connection c = db.getConnection()) {
      c.setClientInfo("ApplicationName", "tenant-1");
      assertThat(c.getClientInfo("ApplicationName")).isEqualTo("tenant-1");
    }
    try (Connection c = db.getConnection()) {
      assertThat(c.getClientInfo("ApplicationName")).isNull();
    }
    assertThat(pool.stats().created()).isOne();
  }

  @Test
  void clientInfoThatTheDriverRefusedIsNotAskedOfItAgain() throws SQLException {
    ObjectPool<PhysicalConnection> pool = pool(server::connect);
    PooledDataSource db = source(pool);
    try (Connection c = db.getConnection()) {
      assertThatThrownBy(() -> c.setClientInfo("ApplicationName", "tenant-1")).isInstanceOf(SQLClientInfoException.class);
    }
    db.getConnection().close();
    assertThat(pool.stats().created()).isOne();
  }

  @Test
  void aDriverThatFailsWhenAskedHowASettingIsFailsTheSetterByAnExceptionOfItsOwn() throws SQLException {
    ObjectPool<PhysicalConnection> pool = pool(() -> with(server.connect(), "getClientInfo", () -> {
      throw new SQLNonTransientConnectionException("cut off", "08006");
    }));
    PooledDataSource db = source(pool);
    try (Connection c = db.getConnection()) {
      assertThatThrownBy(() -> c.setClientInfo("ApplicationName", "tenant-1")).isInstanceOf(SQLClientInfoException.class).hasMessageContaining("cut off");
    }
    db.getConnection().close();
    assertThat(pool.stats().created()).as("the broken one is not given again").isEqualTo(2);
  }

  @Test
  void theTypeMapIsPutBackEvenIfItWasChangedInPlace() throws SQLException {
    Map<String, Class<?>> map = new HashMap<>();
    ObjectPool<PhysicalConnection> pool = pool(() -> with(with(server.connect(), "getTypeMap", () -> map), "setTypeMap", () -> {
      map.clear();
      return null;
    }));
    PooledDataSource db = source(pool);
    try (Connection c = db.getConnection()) {
      c.getTypeMap().put("money", Long.class);
    }
    try (Connection c = db.getConnection()) {
      assertThat(c.getTypeMap()).isEmpty();
    }
    assertThat(pool.stats().created()).isOne();
  }

  private ObjectPool<PhysicalConnection> pool(Callable<Connection> open) {
    return PooledDataSource.pool(scope, "test.db", 1, open).build();
  }

  private static PooledDataSource source(ObjectPool<PhysicalConnection> pool) {
    return new PooledDataSource(pool, ofSeconds(10));
  }

  /** A driver with another answer to one method. */
  private static Connection with(Connection real, String name, Callable<?> answer) {
    Class<?>[] types = {Connection.class};
    return (Connection) Proxy.newProxyInstance(PooledConnectionSettingsTest.class.getClassLoader(), types, (proxy, method, arguments) -> {
      if (method.getName().equals(name)) {
        return answer.call();
      }
      try {
        return method.invoke(real, arguments);
      } catch (InvocationTargetException e) {
        throw e.getCause();
      }
    });
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
