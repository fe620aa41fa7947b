package dev.lifecycle.benchmarks.conformance;

import dev.lifecycle.pool.conformance.Thing;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;

/** A driver without a database: each of its connections stands for a thing, can be unwrapped to it, and says yes to everything until it is closed. */
final class StubConnections {
  private StubConnections() {}

  static DataSource dataSource(Callable<Thing> factory) {
    return stub(DataSource.class, method -> switch (method) {
      case "getConnection" -> connection(factory);
      case "getLoginTimeout" -> 0;
      default -> null;
    });
  }

  private static Connection connection(Callable<Thing> factory) throws SQLException {
    Thing thing;
    try {
      thing = factory.call();
    } catch (Exception e) {
      throw new SQLException(e);
    }
    AtomicBoolean closed = new AtomicBoolean();
    return stub(Connection.class, method -> switch (method) {
      case "unwrap" -> thing;
      case "close", "abort" -> {
        closed.set(true);
        yield null;
      }
      case "isValid" -> !closed.get();
      case "isClosed" -> closed.get();
      case "getAutoCommit" -> true;
      case "isReadOnly", "isWrapperFor" -> false;
      case "getTransactionIsolation" -> Connection.TRANSACTION_READ_COMMITTED;
      case "getNetworkTimeout", "getHoldability" -> 0;
      case "toString" -> "stub";
      case "getCatalog" -> {
        if (closed.get()) {
          throw new SQLException("closed");
        }
        yield "stub";
      }
      default -> null;
    });
  }

  /** What a method of the stub answers. */
  private interface Answers {
    Object to(String method) throws SQLException;
  }

  private static <T> T stub(Class<T> type, Answers answers) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> switch (method.getName()) {
      case "hashCode" -> System.identityHashCode(self);
      case "equals" -> self == arguments[0];
      default -> answers.to(method.getName());
    }));
  }
}
