package dev.lifecycle.unit;

import java.lang.reflect.InvocationTargetException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/** Calls of methods that the interfaces have on 19 and later only, and our classes everywhere. */
final class ExecutorVersions {
  private ExecutorVersions() {}

  static Throwable exceptionNow(Future<?> future) {
    return (Throwable) invoke(future, "exceptionNow");
  }

  static void close(ExecutorService executor) {
    invoke(executor, "close");
  }

  private static Object invoke(Object target, String method) {
    try {
      var found = target.getClass().getMethod(method);
      found.setAccessible(true); // the class is internal and the tests run on the class path
      return found.invoke(target);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new AssertionError(e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }
}
