package dev.lifecycle.casestudies.connections;

import dev.lifecycle.Lease;
import dev.lifecycle.LeaseClosedException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.Statement;
import java.util.Deque;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One holder's use of a connection, from {@code getConnection} to {@code close}.
 *
 * <p>A call to the driver counts as a user while it runs. {@code close} lets no further one begin, and whoever leaves last gives the connection back: mostly
 * the closer itself, else the thread whose call was under way. So no call of this holder to what {@link JdbcProxy} shows, a {@code Statement.cancel} or an
 * {@code abort} included, runs when the next holder has the connection, and nobody waits for anybody.
 *
 * <p>Thread-safe, as far as the driver is.
 */
final class LeasedConnection {
  private static final int CLOSED = Integer.MIN_VALUE;

  private final Lease<PhysicalConnection> lease;
  private final PhysicalConnection physical;
  private final Connection proxy;
  private final AtomicInteger users = new AtomicInteger(); // how many calls are under way, and CLOSED
  private final Deque<AutoCloseable> opened = new ConcurrentLinkedDeque<>(); // statements, and results that have no statement of the holder's
  private volatile boolean broken;

  private LeasedConnection(Lease<PhysicalConnection> lease) {
    this.lease = lease;
    this.physical = lease.get();
    this.proxy = JdbcProxy.of(this, null, physical.connection(), Connection.class);
  }

  /** The connection that the holder gets; its close closes the lease. */
  static Connection of(Lease<PhysicalConnection> lease) {
    return new LeasedConnection(lease).proxy;
  }

  Connection proxy() {
    return proxy;
  }

  /** Refuses what needs no driver, as {@link #call} refuses the rest. */
  void checkOpen(Method method) throws SQLException {
    if (users.get() < 0 || !lease.isOpen()) {
      throw closed(method);
    }
  }

  /**
   * Calls the driver and shows the holder the result.
   *
   * @throws SQLException if the holder has closed the connection, or the pool has revoked it
   */
  @Nullable Object call(JdbcProxy on, Method method, Object @Nullable [] arguments) throws Throwable {
    if (!enters()) {
      throw closed(method);
    }
    return entered(on, method, arguments);
  }

  /** As {@link #call}, for what JDBC allows when all is closed. */
  Object callOr(Object otherwise, JdbcProxy on, Method method, Object @Nullable [] arguments) throws Throwable {
    if (!enters()) {
      return otherwise;
    }
    Object result = entered(on, method, arguments);
    return result == null ? otherwise : result;
  }

  private boolean enters() {
    int n = users.get();
    while (n >= 0 && !users.compareAndSet(n, n + 1)) {
      n = users.get();
    }
    if (n >= 0 && !lease.isOpen()) {
      leave();
      return false;
    }
    return n >= 0;
  }

  private @Nullable Object entered(JdbcProxy on, Method method, Object @Nullable [] arguments) throws Throwable {
    try {
      remember(on, method);
      return on.shown(method, method.invoke(on.target(), arguments));
    } catch (InvocationTargetException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      note(cause);
      throw cause;
    } finally {
      leave();
    }
  }

  /** Before a setting is changed, how it was. */
  private void remember(JdbcProxy on, Method method) throws SQLException {
    Setting setting = on.target() instanceof Connection || on.target() instanceof Statement ? Setting.of(method.getName()) : null;
    if (setting == null) {
      return;
    }
    try {
      physical.remember(setting);
    } catch (SQLException e) {
      note(e);
      throw setting == Setting.CLIENT_INFO ? new SQLClientInfoException(e.getMessage(), e.getSQLState(), Map.of(), e) : e;
    }
  }

  private void note(Throwable thrown) {
    if (thrown instanceof SQLException failure && isOfTheConnection(failure)) {
      broken = true;
    }
  }

  private void leave() {
    if (users.decrementAndGet() == CLOSED) {
      giveBack();
    }
  }

  /** One method of JDBC may throw nothing but an exception of its own. */
  private SQLException closed(Method method) {
    String message = "the connection was closed by its holder";
    LeaseClosedException why = null;
    if (users.get() >= 0) {
      message = "the pool has revoked the connection";
      why = revoked();
    }
    return method.getName().equals("setClientInfo")
        ? new SQLClientInfoException(message, "08003", Map.of(), why)
        : new SQLNonTransientConnectionException(message, "08003", why);
  }

  private @Nullable LeaseClosedException revoked() {
    try {
      lease.get();
      return null;
    } catch (LeaseClosedException e) {
      return e;
    }
  }

  /** Whether the connection failed rather than what was asked of it. A pool that got it back would give it to the next one, again and again. */
  private static boolean isOfTheConnection(SQLException failure) {
    for (Throwable t : failure) {
      if (t instanceof SQLNonTransientConnectionException || t instanceof SQLRecoverableException) {
        return true;
      }
      if (t instanceof SQLException e && e.getSQLState() != null && e.getSQLState().startsWith("08")) {
        return true;
      }
    }
    return false;
  }

  /** Notes what must be closed before the next holder comes. */
  void opened(AutoCloseable part) {
    opened.addLast(part);
  }

  void forget(AutoCloseable part) {
    opened.removeIf(o -> o == part); // a driver may have its own idea of equals
  }

  /** Ends the holder's use; idempotent. */
  void close() {
    if (users.getAndUpdate(n -> n | CLOSED) == 0) {
      giveBack();
    }
  }

  /**
   * Aborts the connection, so that calls which are under way fail, and ends the holder's use; idempotent. The abort is a call like others: until the driver
   * has returned from it nobody else gets the connection. One that was revoked has been aborted by its pool.
   */
  void abort(@Nullable Executor executor) throws SQLException {
    if (executor == null) {
      throw new SQLException("executor must not be null", "22004");
    }
    if (!enters()) {
      close();
      return;
    }
    broken = true;
    try {
      physical.connection().abort(executor);
    } finally {
      close();
      leave();
    }
  }

  private void giveBack() {
    if (lease.isOpen() && !broken) {
      closeOpened();
    }
    if (broken) {
      lease.invalidate();
    }
    lease.close(); // here the pool resets it
  }

  /** The newest first. A connection whose statement cannot be closed is not fit for anybody. */
  private void closeOpened() {
    Iterator<AutoCloseable> newest = opened.descendingIterator();
    while (newest.hasNext()) {
      try {
        newest.next().close();
      } catch (Exception e) {
        broken = true;
      }
    }
    opened.clear();
  }
}
