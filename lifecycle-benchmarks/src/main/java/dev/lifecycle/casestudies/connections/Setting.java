package dev.lifecycle.casestudies.connections;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * What a holder may change about a connection by a method of JDBC, in the order in which it is put back. Autocommit is none of them: each reset asks for it,
 * so it is put back however it was changed. What else is changed by a statement, such as {@code SET SCHEMA}, no driver tells anybody.
 */
enum Setting {
  READ_ONLY(Connection::isReadOnly, (c, was) -> c.setReadOnly((Boolean) was)),
  ISOLATION(Connection::getTransactionIsolation, (c, was) -> c.setTransactionIsolation((Integer) was)),
  HOLDABILITY(Connection::getHoldability, (c, was) -> c.setHoldability((Integer) was)),
  CATALOG(Connection::getCatalog, (c, was) -> c.setCatalog((String) was)),
  SCHEMA(Connection::getSchema, (c, was) -> c.setSchema((String) was)),
  TYPE_MAP(Setting::typeMap, Setting::setTypeMap),
  CLIENT_INFO(Setting::clientInfo, Setting::setClientInfo),
  /** Set by a statement. Some drivers, H2's among them, keep it for the connection: there a new statement shows it and can put it back. */
  QUERY_TIMEOUT(Setting::queryTimeout, Setting::setQueryTimeout),
  NETWORK_TIMEOUT(Connection::getNetworkTimeout, (c, was) -> c.setNetworkTimeout(Runnable::run, (Integer) was));

  private static final Map<String, Setting> BY_METHOD = Map.of(
      "setReadOnly", READ_ONLY,
      "setTransactionIsolation", ISOLATION,
      "setHoldability", HOLDABILITY,
      "setCatalog", CATALOG,
      "setSchema", SCHEMA,
      "setTypeMap", TYPE_MAP,
      "getTypeMap", TYPE_MAP, // what it gives may be the map itself, to be changed
      "setClientInfo", CLIENT_INFO,
      "setQueryTimeout", QUERY_TIMEOUT,
      "setNetworkTimeout", NETWORK_TIMEOUT);

  private final Reader reader;
  private final Writer writer;

  Setting(Reader reader, Writer writer) {
    this.reader = reader;
    this.writer = writer;
  }

  /** The setting that this method of a connection or a statement may change, if it changes any. */
  static @Nullable Setting of(String method) {
    return BY_METHOD.get(method);
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
      throw new SQLException("was not set, and no setter can undo that: " + this, "HY024");
    }
  }

  /** A copy, since the driver's own may change. */
  private static Map<String, Class<?>> typeMap(Connection connection) throws SQLException {
    Map<String, Class<?>> map = connection.getTypeMap();
    return map == null ? Map.of() : new HashMap<>(map);
  }

  @SuppressWarnings("unchecked")
  private static void setTypeMap(Connection connection, Object was) throws SQLException {
    if (!was.equals(typeMap(connection))) { // mostly it was only looked at, and many drivers know no other than the empty one
      connection.setTypeMap((Map<String, Class<?>>) was);
    }
  }

  /** A copy, since the driver's own may change. */
  private static Properties clientInfo(Connection connection) throws SQLException {
    Properties copy = new Properties();
    Properties info = connection.getClientInfo();
    if (info != null) {
      info.stringPropertyNames().forEach(name -> copy.setProperty(name, info.getProperty(name)));
    }
    return copy;
  }

  /** Clears what was not there. A driver that refused the holder's change may refuse this too, and needs not be asked. */
  private static void setClientInfo(Connection connection, Object was) throws SQLException {
    if (!was.equals(clientInfo(connection))) {
      connection.setClientInfo((Properties) was);
    }
  }

  private static Integer queryTimeout(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      return statement.getQueryTimeout();
    }
  }

  private static void setQueryTimeout(Connection connection, Object was) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      if (statement.getQueryTimeout() != (Integer) was) {
        statement.setQueryTimeout((Integer) was);
      }
    }
  }

  private interface Reader {
    @Nullable Object read(Connection connection) throws SQLException;
  }

  private interface Writer {
    void write(Connection connection, Object value) throws SQLException;
  }
}
