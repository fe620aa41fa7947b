package dev.lifecycle.unit;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lifecycle.Lease;
import dev.lifecycle.Scope;
import dev.lifecycle.casestudies.connections.PhysicalConnection;
import dev.lifecycle.casestudies.connections.PooledDataSource;
import dev.lifecycle.casestudies.net.DatabaseServer;
import dev.lifecycle.pool.ObjectPool;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code Connection.abort}, by holders that others end meanwhile. */
@Timeout(30)
class PooledConnectionAbortTest {
  private final Scope scope = Scope.open("test.abort", o -> o.grace(ofMillis(50)));
  private final List<String> calls = new CopyOnWriteArrayList<>();
  private DatabaseServer server;
  private ObjectPool<PhysicalConnection> pool;

  @BeforeEach
  void open() throws SQLException {
    server = new DatabaseServer();
    pool = PooledDataSource.pool(scope, "test.db", 1, () -> RecordedCalls.of(server.connect(), calls)).build();
  }

  @AfterEach
  void close() throws SQLException {
    scope.close();
    server.close();
  }

  @Test
  void anAbortThatAnothersCloseOvertakesNeverReachesTheNextHolder() throws SQLException {
    AtomicReference<Runnable> meanwhile = new AtomicReference<>();
    Connection connection = new PooledDataSource(spied(meanwhile), ofSeconds(10)).getConnection();
    AtomicReference<Lease<PhysicalConnection>> next = new AtomicReference<>();
    meanwhile.set(() -> runElsewhere(() -> {
      connection.close();
      next.set(pool.tryAcquire());
    }));
    connection.abort(Runnable::run);
    assertThat(next).as("the holder that came between the look at the lease and the abort").hasValue(null);
    assertThat(calls).contains("abort");
    assertThat(connection.isClosed()).isTrue();
    await().untilAsserted(() -> assertThat(calls).contains("close"));
  }

  @Test
  void aRevokedHoldersAbortLetsTheConnectionGo() throws SQLException {
    Connection connection = new PooledDataSource(pool, ofSeconds(10)).getConnection();
    pool.close();
    assertThat(connection.isClosed()).isTrue();
    connection.abort(Runnable::run);
    await().untilAsserted(() -> assertThat(calls).contains("close"));
    assertThat(calls.stream().filter("abort"::equals)).as("by the pool").hasSize(1);
  }

  @Test
  void withoutAnExecutorNothingIsAborted() throws SQLException {
    try (Connection connection = new PooledDataSource(pool, ofSeconds(10)).getConnection()) {
      assertThatThrownBy(() -> connection.abort(null)).isInstanceOf(SQLException.class).hasMessageContaining("executor");
      assertThat(connection.isValid(1)).isTrue();
    }
    assertThat(calls).doesNotContain("abort");
  }

  /** The pool, but after the first look at a lease that something is due, it happens before the looker goes on. */
  @SuppressWarnings("unchecked")
  private ObjectPool<PhysicalConnection> spied(AtomicReference<Runnable> due) {
    return (ObjectPool<PhysicalConnection>) spied(ObjectPool.class, pool, due);
  }

  private static Object spied(Class<?> type, Object real, AtomicReference<Runnable> due) {
    return Proxy.newProxyInstance(PooledConnectionAbortTest.class.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
      try {
        Object result = method.invoke(real, arguments);
        Runnable then = method.getName().equals("isOpen") ? due.getAndSet(null) : null;
        if (then != null) {
          then.run();
        }
        return result instanceof Lease<?> lease ? spied(Lease.class, lease, due) : result;
      } catch (InvocationTargetException e) {
        throw e.getCause();
      }
    });
  }

  private interface Action {
    void run() throws Exception;
  }

  private static void runElsewhere(Action action) {
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread thread = new Thread(() -> {
      try {
        action.run();
      } catch (Exception e) {
        failure.set(e);
      }
    }, "overtakes");
    thread.start();
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    assertThat(failure).hasValue(null);
  }
}
