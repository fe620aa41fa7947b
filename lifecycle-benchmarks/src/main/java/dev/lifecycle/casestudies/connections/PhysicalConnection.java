package dev.lifecycle.casestudies.connections;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A connection as the pool keeps it: the driver's own, and how its settings were before its present holder changed them. To ask a driver for a setting can
 * cost a round trip, so only what is changed is asked for and put back.
 *
 * <p>What is public here is what the hooks of a pool need; holders see none of it.
 */
public final class PhysicalConnection {
  private static final int VALID_SECONDS = 5;

  private final Connection connection;
  private final Map<Setting, Optional<Object>> before = new ConcurrentHashMap<>();

  /** Keeps a connection that nobody else has. */
  public PhysicalConnection(Connection connection) {
    this.connection = connection;
  }

  Connection connection() {
    return connection;
  }

  /** Notes how a setting was, before it is changed for the first time. */
  void remember(Setting setting) throws SQLException {
    if (!before.containsKey(setting)) {
      before.putIfAbsent(setting, Optional.ofNullable(setting.read(connection)));
    }
  }

  /**
   * Rolls back what is open and puts back what was changed.
   *
   * @throws SQLException if the connection is no longer good
   */
  public void reset() throws SQLException {
    if (connection.isClosed()) { // by its driver, after a failure that the holder may have swallowed
      throw new SQLException("closed by its driver", "08003");
    }
    if (!connection.getAutoCommit()) {
      connection.rollback();
    }
    for (Setting setting : Setting.values()) {
      Optional<Object> was = before.remove(setting);
      if (was != null) {
        setting.restore(connection, was.orElse(null));
      }
    }
    connection.clearWarnings();
  }

  /** Asks the database. */
  public boolean isValid() throws SQLException {
    return connection.isValid(VALID_SECONDS);
  }

  /** Cuts the connection off under its holder, without waiting for what the holder does. Some drivers, H2's among them, do nothing here. */
  public void abort() throws SQLException {
    connection.abort(Runnable::run);
  }

  /** Closes it for good. */
  public void close() throws SQLException {
    connection.close();
  }
}
