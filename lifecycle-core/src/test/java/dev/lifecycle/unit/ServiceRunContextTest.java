package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.CancelReason;
import dev.lifecycle.Context;
import dev.lifecycle.Key;
import dev.lifecycle.RestartPolicy;
import dev.lifecycle.RestartStrategy;
import dev.lifecycle.Scope;
import dev.lifecycle.Service;
import dev.lifecycle.Supervisor;
import dev.lifecycle.ThreadKind;
import dev.lifecycle.context.ContextCarrier;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule 57 for services: what a run finds around it. */
@Timeout(20)
class ServiceRunContextTest extends ServiceFixture {
  private static final Key<String> TENANT = Key.of("tenant");
  private static final RestartPolicy AT_ONCE = atOnce(RestartPolicy.onFailure());

  private final ThreadLocal<String> value = new ThreadLocal<>();
  private final List<Object> seen = new CopyOnWriteArrayList<>();
  private final ToldBody body = ToldBody.listening();
  private final ClassLoader before = Thread.currentThread().getContextClassLoader();

  @AfterEach
  void restore() {
    value.remove();
    Thread.currentThread().setContextClassLoader(before);
  }

  private ContextCarrier carrier() {
    return () -> {
      String captured = value.get();
      return () -> {
        value.set(captured);
        return value::remove;
      };
    };
  }

  private void see(Object what) throws Exception {
    seen.add(what == null ? "nothing" : what);
    body.run();
  }

  /** Lets the first run fail, from another place, and waits for the second. */
  private void restart() {
    body.awaitRun(1);
    value.set("later");
    Thread.currentThread().setContextClassLoader(before);
    body.fail("down");
    body.awaitRun(2);
  }

  @Test
  void aRunSeesNothingOfTheContextOfItsMaker() {
    Supervisor app = lifecycle.supervisor("app", o -> o.scope(s -> s.carry(carrier())));
    value.set("maker");
    app.service("app.service", AT_ONCE, () -> see(value.get()));
    restart();
    assertThat(seen).containsExactly("nothing", "nothing");
  }

  @Test
  void underCarryContextEveryRunSeesWhatItsMakerHad() {
    Supervisor app = lifecycle.supervisor("app", o -> o.scope(s -> s.carry(carrier())));
    value.set("maker");
    app.service("app.service", o -> o.restart(AT_ONCE).carryContext(), self -> see(value.get()));
    restart();
    assertThat(seen).containsExactly("maker", "maker");
  }

  @Test
  void everyRunHasTheContextClassLoaderOfItsMaker() {
    Supervisor app = lifecycle.supervisor("app", o -> o);
    ClassLoader mine = new URLClassLoader("mine", new URL[0], before);
    Thread.currentThread().setContextClassLoader(mine);
    app.service("app.service", AT_ONCE, () -> see(Thread.currentThread().getContextClassLoader()));
    assertThat(Thread.currentThread().getContextClassLoader()).isSameAs(mine);
    restart();
    assertThat(seen).containsExactly(mine, mine);
  }

  @Test
  void aRunSeesTheValuesOfItsSupervisorAndNotThoseOfTheTaskThatMadeIt() throws Exception {
    Supervisor app = lifecycle.supervisor("app", o -> o.scope(s -> s.with(TENANT, "app")));
    try (Scope other = lifecycle.open("other", o -> o.with(TENANT, "other"))) {
      other.fork("other.task", () -> app.service("app.service", AT_ONCE, () -> see(Context.current().get(TENANT).orElse("none")))).get();
      other.join();
    }
    restart();
    assertThat(seen).containsExactly("app", "app");
  }

  @Test
  void aServiceOutlivesTheTaskThatMadeIt() throws Exception {
    Supervisor app = lifecycle.supervisor("app", o -> o);
    Scope other = lifecycle.open("other");
    Service service = other.fork("other.task", () -> app.service("app.service", AT_ONCE, body)).get();
    other.cancel("enough");
    other.close();
    body.awaitRun(1);
    assertThat(service.status()).isEqualTo(Service.Status.RUNNING);
  }

  @Test
  void theKindOfThreadIsThatOfTheOptions() {
    Supervisor app = lifecycle.supervisor("app", o -> o);
    app.service("app.service", o -> o.restart(AT_ONCE).thread(ThreadKind.PLATFORM), self -> see(Thread.currentThread().getName()));
    restart();
    assertThat(seen).hasSize(2).allMatch(name -> ((String) name).startsWith("lifecycle-task-"));
  }

  @Test
  void aScopeThatARunHasOpenedIsCancelledWithTheRunWhoeverCancelsIt() throws Exception {
    Supervisor app = lifecycle.supervisor("app", o -> o.strategy(RestartStrategy.ONE_FOR_ALL));
    List<Scope> opened = new CopyOnWriteArrayList<>();
    AtomicReference<ParkedBody<String>> parked = new AtomicReference<>();
    Service service = app.service("app.opens", AT_ONCE, () -> {
      parked.set(ParkedBody.returning("value"));
      try (Scope scope = Scope.open("app.inner")) {
        opened.add(scope);
        scope.fork("app.task", parked.get());
        scope.join();
      }
    });
    app.service("app.service", AT_ONCE, body);
    body.awaitRun(1);
    soon().until(() -> opened.size() == 1 && parked.get().hasEntered());
    body.fail("down");
    body.awaitRun(2);
    soon().until(() -> opened.size() == 2 && parked.get().hasEntered());
    assertThat(opened.get(0).info().cancelReason().kind()).isEqualTo(CancelReason.Kind.RESTART);
    assertThat(opened.get(0).info().closed()).isTrue();
    assertThat(opened.get(1).info().path()).isEqualTo("app/app.opens/app.inner");
    service.stop("enough");
    assertThat(service.awaitEnd(LONG)).isTrue();
    assertThat(opened.get(1).info().cancelReason().message()).isEqualTo("enough");
  }
}
