package dev.lifecycle.benchmarks.pool;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A connection without a database. It says yes to everything until it is closed, can be unwrapped to the object that it stands for, and does as little as a class
 * can: what is measured over it is the pool.
 */
public final class StubConnection extends ConnectionToNowhere {
  private final Object object;
  private volatile boolean closed;

  StubConnection(Object object) {
    this.object = object;
  }

  @Override
  public <T> T unwrap(Class<T> type) {
    return type.cast(type.isInstance(this) ? this : object);
  }

  @Override
  public boolean isWrapperFor(Class<?> type) {
    return type.isInstance(this) || type.isInstance(object);
  }

  @Override
  public void close() {
    closed = true;
  }

  @Override
  public void abort(Executor executor) {
    closed = true;
  }

  @Override
  public boolean isClosed() {
    return closed;
  }

  @Override
  public boolean isValid(int seconds) {
    return !closed;
  }

  /** Fails once it is closed, as any use of a driver's own connection would. */
  @Override
  public String getCatalog() throws SQLException {
    if (closed) {
      throw new SQLException("closed");
    }
    return "stub";
  }

  @Override
  public void setCatalog(@Nullable String catalog) {
    // It has one catalog.
  }

  @Override
  public String getSchema() {
    return "stub";
  }

  @Override
  public void setSchema(@Nullable String schema) {
    // It has one schema.
  }

  @Override
  public boolean getAutoCommit() {
    return true;
  }

  @Override
  public void setAutoCommit(boolean autoCommit) {
    // There is nothing to commit, neither here nor below.
  }

  @Override
  public void commit() {
    // See above.
  }

  @Override
  public void rollback() {
    // See above.
  }

  @Override
  public boolean isReadOnly() {
    return false;
  }

  @Override
  public void setReadOnly(boolean readOnly) {
    // There is nothing to write.
  }

  @Override
  public int getTransactionIsolation() {
    return Connection.TRANSACTION_READ_COMMITTED;
  }

  @Override
  public void setTransactionIsolation(int level) {
    // There is nothing to isolate.
  }

  @Override
  public int getHoldability() {
    return 0;
  }

  @Override
  public void setHoldability(int holdability) {
    // There is no cursor.
  }

  @Override
  public @Nullable SQLWarning getWarnings() {
    return null;
  }

  @Override
  public void clearWarnings() {
    // There are none.
  }

  @Override
  public int getNetworkTimeout() {
    return 0;
  }

  @Override
  public void setNetworkTimeout(Executor executor, int millis) {
    // There is no network.
  }

  @Override
  public String toString() {
    return "stub";
  }
}
