package dev.lifecycle.module;

import dev.lifecycle.Scope;
import dev.lifecycle.context.ContextCarrier;
import java.time.Duration;
import java.util.concurrent.Callable;

/** Uses what an application does first; loaded by a class loader that has nothing but the library. */
public final class ScopeProbe implements Callable<String> {
  private final ThreadLocal<String> value = new ThreadLocal<>();

  @Override
  public String call() throws Exception {
    value.set("carried to the task");
    ContextCarrier carrier = () -> {
      String captured = value.get();
      return () -> {
        value.set(captured);
        return value::remove;
      };
    };
    return Scope.call("probe", o -> o.timeout(Duration.ofSeconds(30)).carry(carrier), scope -> {
      var task = scope.fork("probe.task", value::get);
      scope.join();
      return task.resultNow();
    });
  }
}
