package dev.lifecycle.casestudies.connections;

import dev.lifecycle.casestudies.net.DatabaseServer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicLong;

/** The database, and the request that is answered from it: the same code on both sides. */
final class Orders implements AutoCloseable {
  private static final int ROWS = 10_000;

  private final DatabaseServer server = new DatabaseServer();
  private final AtomicLong opened = new AtomicLong();

  Orders() throws SQLException {
    server.execute("create table orders(id bigint primary key, customer varchar(40) not null, total bigint not null)",
        "insert into orders select x, 'customer-' || mod(x, 977), x * 7 from system_range(0, " + (ROWS - 1) + ')');
  }

  /** Opens a connection by TCP, counted. */
  Connection connect() throws SQLException {
    Connection connection = server.connect();
    opened.incrementAndGet();
    return connection;
  }

  /** How many were opened. */
  long opened() {
    return opened.get();
  }

  /** How many are open, as the database says. */
  long open() throws SQLException {
    return server.connections();
  }

  /**
   * Answers a request.
   *
   * @throws IllegalStateException if the answer is wrong
   */
  static void answer(Opener opener, long request) throws SQLException {
    long id = request * 7_919 % ROWS;
    try (Connection connection = opener.open();
        PreparedStatement statement = connection.prepareStatement("select customer, total from orders where id = ?")) {
      statement.setLong(1, id);
      try (ResultSet order = statement.executeQuery()) {
        if (!order.next() || order.getLong("total") != id * 7 || !order.getString("customer").equals("customer-" + id % 977)) {
          throw new IllegalStateException("wrong answer for " + id);
        }
      }
    }
  }

  @Override
  public void close() throws SQLException {
    server.close();
  }
}
