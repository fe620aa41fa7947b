package dev.lifecycle.casestudies.net;

import java.net.InetAddress;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import org.h2.tools.Server;

/** An H2 database on loopback, reached by TCP. Its data live in memory, through stops and starts of the server, until it is closed. Not thread-safe. */
public final class DatabaseServer implements AutoCloseable {
  static {
    // Both are read once, when H2 is loaded. Without the first it listens on every interface; without the second its driver itself tries for more than a second
    // to connect to a server that is gone.
    System.setProperty("h2.bindAddress", InetAddress.getLoopbackAddress().getHostAddress());
    System.setProperty("h2.socketConnectRetry", "1");
  }

  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static final String USER = "sa";

  private final String database = "mem:case-" + NUMBER.incrementAndGet();
  private final Connection inside; // keeps the database alive
  private Server server;

  /** Starts on a free port. */
  public DatabaseServer() throws SQLException {
    inside = DriverManager.getConnection("jdbc:h2:" + database, USER, "");
    server = start(0);
  }

  private static Server start(int port) throws SQLException {
    return Server.createTcpServer("-tcpPort", Integer.toString(port)).start();
  }

  /** Opens a connection by TCP. */
  public Connection connect() throws SQLException {
    return DriverManager.getConnection(url(), USER, "");
  }

  /** The address for drivers. */
  public String url() {
    return "jdbc:h2:tcp://" + InetAddress.getLoopbackAddress().getHostAddress() + ':' + server.getPort() + '/' + database;
  }

  /** Executes statements without the network. */
  public void execute(String... statements) throws SQLException {
    try (Statement statement = inside.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /** The one number that a query gives, without the network. */
  public long number(String query) throws SQLException {
    try (Statement statement = inside.createStatement();
        ResultSet result = statement.executeQuery(query)) {
      result.next();
      return result.getLong(1);
    }
  }

  /** How many connections there are by TCP. */
  public long connections() throws SQLException {
    return number("select count(*) - 1 from information_schema.sessions");
  }

  /** Dies: cuts every connection and listens no more. */
  public void stop() {
    server.stop();
  }

  /** Comes back on the same port. */
  public void restart() throws SQLException {
    server = start(server.getPort());
  }

  @Override
  public void close() throws SQLException {
    server.stop();
    inside.close();
  }
}
