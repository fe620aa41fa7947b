package dev.lifecycle.casestudies.connections;

import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * What a holder may change about a connection by a setter, in the order in which it is put back: the transaction's end comes first, since drivers
 * refuse some of the others inside one. What is changed by a statement, such as {@code SET SCHEMA}, no driver tells anybody.
 */
enum Setting {
  AUTO_COMMIT("setAutoCommit", Connection::getAutoCommit, (c, was) -> c.setAutoCommit((Boolean) was)),
  READ_ONLY("setReadOnly", Connection::isReadOnly, (c, was) -> c.setReadOnly((Boolean) was)),
  ISOLATION("setTransactionIsolation", Connection::getTransactionIsolation, (c, was) -> c.setTransactionIsolation((Integer) was)),
  HOLDABILITY("setHoldability", Connection::getHoldability, (c, was) -> c.setHoldability((Integer) was)),
  CATALOG("setCatalog", Connection::getCatalog, (c, was) -> c.setCatalog((String) was)),
  SCHEMA("setSchema", Connection::getSchema, (c, was) -> c.setSchema((String) was)),
  NETWORK_TIMEOUT("setNetworkTimeout", Connection::getNetworkTimeout, (c, was) -> c.setNetworkTimeout(Runnable::run, (Integer) was));

  private final String setter;
  private final Reader reader;
  private final Writer writer;

  Setting(String setter, Reader reader, Writer writer) {
    this.setter = setter;
    this.reader = reader;
    this.writer = writer;
  }

  /** The setting that this method of a connection changes, if it changes any. */
  static @Nullable Setting of(String method) {
    if (method.startsWith("set")) {
      for (Setting setting : values()) {
        if (setting.setter.equals(method)) {
          return setting;
        }
      }
    }
    return null;
  }

  /** How it is; null where the driver has no word for it. */
  @Nullable Object read(Connection connection) throws SQLException {
    return reader.read(connection);
  }

  /** Puts it back. */
  void restore(Connection connection, @Nullable Object was) throws SQLException {
    if (was != null) {
      writer.write(connection, was);
    } else if (read(connection) != null) {
      throw new SQLException("was not set, and no setter can undo " + setter, "HY024");
    }
  }

  private interface Reader {
    @Nullable Object read(Connection connection) throws SQLException;
  }

  private interface Writer {
    void write(Connection connection, Object value) throws SQLException;
  }
}
