package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Overflow;
import dev.lifecycle.Scope;
import dev.lifecycle.Task;
import dev.lifecycle.TaskOptions;
import dev.lifecycle.ThreadKind;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class CarrierClassLoaderTest {
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.name("loaders").maxThreads(8));
  private final ClassLoader before = Thread.currentThread().getContextClassLoader();
  private final ClassLoader mine = new URLClassLoader("mine", new URL[0], before);

  @AfterEach
  void close() {
    Thread.currentThread().setContextClassLoader(before);
    lifecycle.close();
  }

  private static ClassLoader current() {
    return Thread.currentThread().getContextClassLoader();
  }

  @Test
  void theForkersContextClassLoaderIsInstalledOnAPooledThreadAndRestored() throws Exception {
    ExecutorService pool = Executors.newSingleThreadExecutor();
    try (Scope scope = lifecycle.open("scope", o -> o.executor(pool))) {
      ClassLoader ofPool = pool.submit(CarrierClassLoaderTest::current).get();
      Thread.currentThread().setContextClassLoader(mine);
      assertThat(scope.fork("task", CarrierClassLoaderTest::current).get()).isSameAs(mine);
      scope.join();
      assertThat(pool.submit(CarrierClassLoaderTest::current).get()).isSameAs(ofPool).isNotSameAs(mine);
    } finally {
      pool.shutdown();
    }
  }

  @Test
  void aTaskThatWaitedForAPermitHasTheContextClassLoaderOfItsForkerAndNotOfWhoPassedThePermitOn() throws Exception {
    ExecutorService pool = Executors.newSingleThreadExecutor();
    CountDownLatch release = new CountDownLatch(1);
    try (Scope scope = lifecycle.open("scope", o -> o.executor(pool).maxConcurrent(1, Overflow.queue(1)))) {
      Task<?> holder = scope.start("task", release::await);
      Thread.currentThread().setContextClassLoader(mine);
      Task<ClassLoader> queued = scope.fork("task", CarrierClassLoaderTest::current);
      Thread.currentThread().setContextClassLoader(before);
      release.countDown();
      assertThat(holder.get()).isNull();
      assertThat(queued.get()).isSameAs(mine);
      scope.join();
    } finally {
      pool.shutdown();
    }
  }

  @Test
  void aBodyThatReplacesTheContextClassLoaderLeavesNoTraceOnAPooledThread() throws Exception {
    ExecutorService pool = Executors.newSingleThreadExecutor();
    try (Scope scope = lifecycle.open("scope", o -> o.executor(pool))) {
      ClassLoader ofPool = pool.submit(CarrierClassLoaderTest::current).get();
      Thread.currentThread().setContextClassLoader(ofPool); // the same on both sides
      scope.start("task", () -> Thread.currentThread().setContextClassLoader(mine)).get();
      scope.join();
      assertThat(pool.submit(CarrierClassLoaderTest::current).get()).isSameAs(ofPool).isNotSameAs(mine);
    } finally {
      pool.shutdown();
    }
  }

  @Test
  void theForkersContextClassLoaderIsInstalledOnEveryKindOfThread() throws Exception {
    Thread.currentThread().setContextClassLoader(mine);
    try (Scope scope = lifecycle.open("scope")) {
      assertThat(scope.fork("task", CarrierClassLoaderTest::current).get()).isSameAs(mine);
      scope.join();
      assertThat(scope.fork("task", (TaskOptions<ClassLoader> o) -> o.thread(ThreadKind.PLATFORM), CarrierClassLoaderTest::current).get()).isSameAs(mine);
      scope.join();
    }
  }

  @Test
  void theLibrarysOwnThreadsHaveNoContextClassLoader() throws Exception {
    BlockingQueue<String> seen = new ArrayBlockingQueue<>(1);
    Thread.currentThread().setContextClassLoader(mine);
    try (Scope scope = lifecycle.open("scope")) {
      scope.onCancel(() -> seen.add(Thread.currentThread().isDaemon() + " " + current()));
      scope.cancel("enough");
      assertThat(seen.poll(10, TimeUnit.SECONDS)).isEqualTo("true null");
    }
  }

  @Test
  void aForkerWithoutAContextClassLoaderGivesNoneAndItsBodyLeavesNoTraceOnAPooledThread() throws Exception {
    ExecutorService pool = Executors.newSingleThreadExecutor();
    try (Scope scope = lifecycle.open("scope", o -> o.executor(pool))) {
      ClassLoader ofPool = pool.submit(CarrierClassLoaderTest::current).get();
      assertThat(ofPool).isNotNull();
      Thread.currentThread().setContextClassLoader(null);
      assertThat(scope.fork("task", () -> String.valueOf(current())).get()).isEqualTo("null");
      scope.start("task", () -> Thread.currentThread().setContextClassLoader(mine)).get();
      scope.join();
      assertThat(pool.submit(CarrierClassLoaderTest::current).get()).isSameAs(ofPool);
    } finally {
      pool.shutdown();
    }
  }
}
