package dev.lifecycle.unit;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A driver between the pool and the real one, which writes down what is called: {@code commit}, {@code createStatement#close}. A call that was announced in the
 * same list as {@code fail <call>} throws instead.
 */
final class RecordedCalls {
  private static final Set<Class<?>> FOLLOWED = Set.of(Statement.class, PreparedStatement.class, DatabaseMetaData.class);

  private RecordedCalls() {}

  static Connection of(Connection real, List<String> calls) {
    return (Connection) recorded(Connection.class, real, "", calls);
  }

  private static Object recorded(Class<?> type, Object real, String made, List<String> calls) {
    return Proxy.newProxyInstance(RecordedCalls.class.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
      String call = made + Stream.concat(Stream.of(method.getName()), arguments == null ? Stream.of() : Arrays.stream(arguments))
          .filter(part -> part instanceof String || part instanceof Boolean).map(String::valueOf).collect(Collectors.joining(" "));
      calls.add(call);
      if (calls.contains("fail " + call)) {
        throw new SQLException("as announced");
      }
      try {
        Object result = method.invoke(real, arguments);
        Class<?> returned = method.getReturnType();
        boolean followed = FOLLOWED.contains(returned) || returned == ResultSet.class && real instanceof DatabaseMetaData;
        return followed && result != null ? recorded(returned, result, returned == DatabaseMetaData.class ? "" : call + "#", calls) : result;
      } catch (InvocationTargetException e) {
        throw e.getCause();
      }
    });
  }
}
