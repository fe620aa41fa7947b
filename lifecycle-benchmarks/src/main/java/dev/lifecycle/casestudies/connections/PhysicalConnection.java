package dev.lifecycle.casestudies.connections;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A connection as the pool keeps it: the driver's own, and how its settings were before its present holder changed them. To ask a driver for a setting can
 * cost a round trip, so only what is changed is asked for and put back; autocommit alone is asked for each time.
 *
 * <p>What is public here is what the hooks of a pool need; holders see none of it.
 */
public final class PhysicalConnection {
  /** The shortest that JDBC knows: zero would mean no limit. An acquirer whose timeout is shorter gives up before, and the check ends without it. */
  private static final int VALID_SECONDS = 1;

  private final Connection connection;
  private final boolean autoCommit; // when it was opened
  private final Map<Setting, Optional<Object>> before = new ConcurrentHashMap<>();

  /**
   * Keeps a connection that nobody else has.
   *
   * @throws SQLException if it is no good; it is left open
   */
  public PhysicalConnection(Connection connection) throws SQLException {
    this.connection = connection;
    this.autoCommit = connection.getAutoCommit();
  }

  /** Opens one, or fails and leaves none open. */
  static PhysicalConnection open(Callable<? extends Connection> open) throws Exception {
    Connection connection = open.call();
    if (connection == null) {
      throw new SQLException("the opener of connections gave null", "08001");
    }
    try {
      return new PhysicalConnection(connection);
    } catch (SQLException | RuntimeException e) {
      try {
        connection.close();
      } catch (SQLException alsoThis) {
        e.addSuppressed(alsoThis);
      }
      throw e;
    }
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
    boolean now = connection.getAutoCommit(); // a holder can also switch it by a statement
    if (!now) {
      connection.rollback();
    }
    if (!before.isEmpty()) {
      if (!now) {
        connection.setAutoCommit(true); // in a transaction some drivers refuse the rest, or undo it with the next rollback
        now = true;
      }
      restore();
    }
    if (now != autoCommit) {
      connection.setAutoCommit(autoCommit);
    }
    connection.clearWarnings();
  }

  private void restore() throws SQLException {
    for (Setting setting : Setting.values()) {
      Optional<Object> was = before.remove(setting);
      if (was != null) {
        setting.restore(connection, was.orElse(null));
      }
    }
  }

  /** Asks the database, which has a second to answer. */
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
