package dev.lifecycle.benchmarks.pool;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.jspecify.annotations.Nullable;

/**
 * HikariCP as its users have it, over a driver that does nothing: a data source of a fixed size, and besides the defaults. So it watches for no leaks, starts no
 * connection with a statement, changes no setting of one, and hands out unchecked what was used in the last half second.
 */
public class HikariSourceSide extends Side<Connection> {
  HikariDataSource source;

  @Override
  void create() {
    HikariConfig config = new HikariConfig();
    config.setDataSource(new StubDataSource(Thing::new));
    config.setMaximumPoolSize(objects);
    config.setConnectionTimeout(TIMEOUT.toMillis());
    source = new HikariDataSource(config);
  }

  @Override
  @Nullable Connection acquire() throws SQLException {
    try {
      return source.getConnection();
    } catch (SQLTransientConnectionException e) {
      return null;
    }
  }

  @Override
  void release(Connection claim) throws SQLException {
    claim.close();
  }

  @Override
  public void close() {
    source.close();
  }
}
