package dev.lifecycle.casestudies.connections;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Wrapper;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What a holder sees instead of the driver's connection, statements, results and metadata. When the holder has closed the connection they refuse every call.
 * {@code unwrap} gives out the driver's own, to those who ask for it by its type. The values that a result holds are the driver's own as well: arrays, LOBs,
 * references and streams. A stream could not be followed to its end in any case, and drivers want their own values back as parameters.
 */
final class JdbcProxy implements InvocationHandler {
  /** The types from whose objects there is a way back to the connection. */
  private static final Set<Class<?>> SHOWN =
      Set.of(Connection.class, Statement.class, PreparedStatement.class, CallableStatement.class, ResultSet.class, DatabaseMetaData.class);

  private final LeasedConnection leased;
  private final @Nullable JdbcProxy parent;
  private final Wrapper target;
  private final Object self;

  private JdbcProxy(LeasedConnection leased, @Nullable JdbcProxy parent, Wrapper target, Class<?> type) {
    this.leased = leased;
    this.parent = parent;
    this.target = target;
    this.self = Proxy.newProxyInstance(JdbcProxy.class.getClassLoader(), new Class<?>[] {type}, this);
  }

  /** A proxy of this type. */
  static <T extends Wrapper> T of(LeasedConnection leased, @Nullable JdbcProxy parent, T target, Class<T> type) {
    return type.cast(new JdbcProxy(leased, parent, target, type).self);
  }

  Wrapper target() {
    return target;
  }

  @Override
  public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
    if (method.getDeclaringClass() == Object.class) {
      return asObject(method, arguments);
    }
    switch (method.getName()) {
      case "close":
        close(method);
        return null;
      case "isClosed":
        return leased.callOr(true, this, method, arguments);
      case "isValid":
        return leased.callOr(false, this, method, arguments);
      case "abort":
        leased.abort((Executor) only(arguments));
        return null;
      case "isWrapperFor":
        return isSelf(method, arguments) || Boolean.TRUE.equals(leased.call(this, method, arguments));
      case "unwrap":
        return isSelf(method, arguments) ? self : leased.call(this, method, arguments);
      default:
        return leased.call(this, method, arguments);
    }
  }

  /** A result as the holder sees it; called while the connection cannot be given back. */
  @Nullable Object shown(Method method, @Nullable Object result) {
    Class<?> type = result instanceof ResultSet ? ResultSet.class : method.getReturnType();
    if (!(result instanceof Wrapper part) || !SHOWN.contains(type)) {
      return result;
    }
    if (type == Connection.class) {
      return leased.proxy();
    }
    if (type == Statement.class && parent != null && parent.target instanceof Statement) {
      return parent.self; // a result's own statement
    }
    if (part instanceof AutoCloseable opened && (target instanceof Connection || target instanceof DatabaseMetaData)) {
      leased.opened(opened);
    }
    return new JdbcProxy(leased, this, part, type).self;
  }

  /** Whether the type that was asked for is one of the proxy's own. */
  private boolean isSelf(Method method, Object @Nullable [] arguments) throws SQLException {
    leased.checkOpen(method);
    if (!(only(arguments) instanceof Class<?> type)) {
      throw new SQLException("type must not be null", "22004");
    }
    return type.isInstance(self);
  }

  private static @Nullable Object only(Object @Nullable [] arguments) {
    return Objects.requireNonNull(arguments)[0];
  }

  private Object asObject(Method method, Object @Nullable [] arguments) {
    return switch (method.getName()) {
      case "equals" -> arguments != null && arguments[0] == self;
      case "hashCode" -> System.identityHashCode(self);
      default -> "leased " + target;
    };
  }

  /** Whatever was closed before stays closed, without an exception, as JDBC has it. */
  private void close(Method method) throws Throwable {
    if (target instanceof Connection) {
      leased.close();
    } else {
      leased.callOr(true, this, method, null);
      leased.forget((AutoCloseable) target);
    }
  }
}
