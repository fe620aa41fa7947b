package dev.lifecycle.benchmarks.conformance;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.pool.HikariPool;
import dev.lifecycle.benchmarks.pool.StubDataSource;
import dev.lifecycle.pool.conformance.Claim;
import dev.lifecycle.pool.conformance.NotOfferedException;
import dev.lifecycle.pool.conformance.PoolAdapter;
import dev.lifecycle.pool.conformance.Subject;
import dev.lifecycle.pool.conformance.Thing;
import dev.lifecycle.pool.conformance.TimedOutException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * HikariCP's connections over a stub of a driver. Asked through the pool behind the {@code HikariDataSource}, since that takes a timeout per call where the data
 * source has one for all calls; what the data source would refuse as a timeout, less than 250 ms, counts as not offered.
 */
final class HikariConnections implements PoolAdapter {
  private static final Duration LEAST = Duration.ofMillis(250);
  private static final Pattern FIGURES = Pattern.compile("total=(\\d+), active=(\\d+), idle=\\d+, waiting=(\\d+)");

  @Override
  public String name() {
    return "HikariCP " + Version.of("com.zaxxer", "HikariCP") + " DataSource";
  }

  @Override
  public Duration shortestTimeout() {
    return LEAST;
  }

  @Override
  public Subject open(Setup setup) {
    if (setup.fair()) {
      throw new NotOfferedException("no fair mode");
    }
    HikariConfig config = new HikariConfig();
    config.setDataSource(new StubDataSource(setup.factory()));
    config.setMaximumPoolSize(setup.size());
    config.setInitializationFailTimeout(-1);
    return new Opened(new HikariPool(config));
  }

  private record Opened(HikariPool pool) implements Subject {
    @Override
    public Claim acquire(Duration timeout) throws Exception {
      if (timeout.compareTo(LEAST) < 0) {
        throw new NotOfferedException("250 ms at least");
      }
      try {
        return new Connected(pool, pool.getConnection(Timeouts.millis(timeout)));
      } catch (SQLTransientConnectionException e) {
        throw new TimedOutException(e, told(e.getMessage()));
      } catch (SQLException e) {
        if (e.getCause() instanceof InterruptedException) {
          // It sets the flag again for those who cannot tell from the exception.
          Thread.interrupted();
          throw (InterruptedException) e.getCause();
        }
        throw e;
      }
    }

    private static TimedOutException.Told told(String message) {
      Matcher figures = FIGURES.matcher(message);
      return !figures.find() ? null : new TimedOutException.Told(
          Integer.parseInt(figures.group(1)), Integer.parseInt(figures.group(2)), Integer.parseInt(figures.group(3)), null);
    }

    @Override
    public void acquireAndClose() throws SQLException {
      try (Connection connection = pool.getConnection(10_000)) {
        connection.isReadOnly();
      }
    }

    @Override
    public int waiters() {
      return pool.getThreadsAwaitingConnection();
    }

    @Override
    public void close() throws InterruptedException {
      pool.shutdown();
    }
  }

  private static final class Connected implements Claim {
    private final HikariPool pool;
    private final Connection connection;
    private final Thing thing;

    Connected(HikariPool pool, Connection connection) throws SQLException {
      this.pool = pool;
      this.connection = connection;
      thing = connection.unwrap(Thing.class);
    }

    @Override
    public Thing thing() {
      return thing;
    }

    @Override
    public void use() throws SQLException {
      connection.getCatalog();
    }

    @Override
    public void close() throws SQLException {
      connection.close();
    }

    @Override
    public void invalidate() {
      pool.evictConnection(connection);
    }
  }
}
