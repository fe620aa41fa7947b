package dev.lifecycle.benchmarks.pool;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.concurrent.Callable;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** A driver without a database: each of its connections stands for an object. Written out, since a dynamic proxy would slow down whoever pools it. */
public final class StubDataSource implements DataSource {
  private final Callable<?> objects;

  /**
   * A driver.
   *
   * @param objects makes the object of each connection
   */
  public StubDataSource(Callable<?> objects) {
    this.objects = objects;
  }

  @Override
  public Connection getConnection() throws SQLException {
    try {
      return new StubConnection(objects.call());
    } catch (Exception e) {
      throw new SQLException(e);
    }
  }

  @Override
  public Connection getConnection(String user, String password) throws SQLException {
    return getConnection();
  }

  @Override
  public int getLoginTimeout() {
    return 0;
  }

  @Override
  public void setLoginTimeout(int seconds) {
    // Nobody logs in.
  }

  @Override
  public @Nullable PrintWriter getLogWriter() {
    return null;
  }

  @Override
  public void setLogWriter(@Nullable PrintWriter out) {
    // It has nothing to say.
  }

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    throw new SQLFeatureNotSupportedException();
  }

  @Override
  public <T> T unwrap(Class<T> type) {
    return type.cast(this);
  }

  @Override
  public boolean isWrapperFor(Class<?> type) {
    return type.isInstance(this);
  }
}
