package dev.lifecycle.casestudies.connections;

import dev.lifecycle.Context;
import dev.lifecycle.Scope;
import dev.lifecycle.pool.AcquireRejectedException;
import dev.lifecycle.pool.AcquireTimeoutException;
import dev.lifecycle.pool.ObjectPool;
import dev.lifecycle.pool.ObjectPoolBuilder;
import dev.lifecycle.pool.PoolClosedException;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A data source over a pool of connections. What it gives is closed as any connection is; that closes the statements which are still open, rolls back what was not
 * committed, restores what was set, and gives the connection to the next one. The closed one, its statements, results and metadata then refuse every call.
 *
 * <p>Restored are autocommit, however it was changed, and what was set by the methods of JDBC: read-only, isolation, holdability, catalog, schema, type map, client
 * info, network timeout and query timeout, which some drivers keep for the connection. Not restored is what no driver tells: what was set by a statement (a schema,
 * a role, a variable of the session), temporary tables, locks of the session, and the sharding key, which has no getter. Who leaves such a thing cleans up first.
 *
 * <p>Arrays, LOBs, references and streams that were read are the driver's own, as is what {@code unwrap} gives: use none of them after the close.
 *
 * <p>{@code getConnection} waits for the timeout, and never past the deadline of the scope in which it is called.
 *
 * <p>Thread-safe. The pool belongs to its scope: there is nothing to close here.
 */
public final class PooledDataSource implements DataSource {
  private final ObjectPool<PhysicalConnection> pool;
  private volatile Duration timeout;

  /**
   * A data source over a pool that was built by {@link #pool}.
   *
   * @param timeout how long to wait for a connection; zero or less means not at all
   */
  public PooledDataSource(ObjectPool<PhysicalConnection> pool, Duration timeout) {
    this.pool = Objects.requireNonNull(pool, "pool");
    this.timeout = Objects.requireNonNull(timeout, "timeout");
  }

  /**
   * Begins to build the pool, with the hooks that connections need.
   *
   * @param size at most this many connections
   * @param open opens a connection, as {@code DriverManager} does; null is a failure to open one
   */
  public static ObjectPoolBuilder<PhysicalConnection> pool(Scope owner, String name, int size, Callable<? extends Connection> open) {
    Objects.requireNonNull(open, "open");
    return ObjectPool.in(owner, name, () -> PhysicalConnection.open(open))
        .size(size)
        .reset(PhysicalConnection::reset)
        .validate(PhysicalConnection::isValid)
        .onRevoke(PhysicalConnection::abort)
        .destroy(PhysicalConnection::close);
  }

  /**
   * A connection, which the caller closes.
   *
   * @throws SQLTransientConnectionException if none came in time; its cause tells who holds them
   * @throws SQLException if interrupted, with the flag kept, or if the pool is closed
   */
  @Override
  public Connection getConnection() throws SQLException {
    try {
      return LeasedConnection.of(pool.acquire(patience()));
    } catch (AcquireTimeoutException | AcquireRejectedException e) {
      throw new SQLTransientConnectionException(e.getMessage(), "08001", e);
    } catch (PoolClosedException e) {
      throw new SQLNonTransientConnectionException(e.getMessage(), "08003", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SQLException("interrupted while waiting for a connection of " + pool.name(), "08001", e);
    }
  }

  private Duration patience() {
    Duration remaining = Context.current().deadline().remaining();
    return remaining.compareTo(timeout) < 0 ? remaining : timeout;
  }

  /** Not supported: all connections of a pool are one user's. */
  @Override
  public Connection getConnection(String user, String password) throws SQLException {
    throw new SQLFeatureNotSupportedException("the connections of a pool are all one user's");
  }

  /** How long to wait for a connection; zero, which JDBC calls the default, is refused since there would be no bound. */
  @Override
  public void setLoginTimeout(int seconds) throws SQLException {
    if (seconds <= 0) {
      throw new SQLException("seconds must be positive: " + seconds, "22023");
    }
    timeout = Duration.ofSeconds(seconds);
  }

  @Override
  public int getLoginTimeout() {
    return (int) Math.max(1, Math.min(Integer.MAX_VALUE, timeout.toSeconds()));
  }

  /** Null: it logs nothing itself. */
  @Override
  public @Nullable PrintWriter getLogWriter() {
    return null;
  }

  /** Ignored: it logs nothing itself. */
  @Override
  public void setLogWriter(@Nullable PrintWriter out) {}

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    throw new SQLFeatureNotSupportedException("does not use java.util.logging");
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    if (isWrapperFor(type)) {
      return type.cast(this);
    }
    throw new SQLException("no wrapper for " + type.getName(), "0A000");
  }

  @Override
  public boolean isWrapperFor(@Nullable Class<?> type) throws SQLException {
    if (type == null) {
      throw new SQLException("type must not be null", "22004");
    }
    return type.isInstance(this);
  }
}
