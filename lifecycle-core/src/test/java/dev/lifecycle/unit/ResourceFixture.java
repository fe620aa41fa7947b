package dev.lifecycle.unit;

import dev.lifecycle.Scope;
import dev.lifecycle.spi.OwnedResource;
import dev.lifecycle.spi.ResourceFigures;
import dev.lifecycle.spi.ResourceKind;
import dev.lifecycle.spi.ResourceScope;
import dev.lifecycle.spi.Work;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** What the tests of a resource's private scope share: a resource that does nothing by itself, and work that says what became of it. */
abstract class ResourceFixture extends ShutdownFixture {
  static final String NAME = "app.pool";

  /** Owned by the scope; closes its private scope when it is closed. */
  static Pool own(Scope owner) {
    return own(owner, NAME);
  }

  static Pool own(Scope owner, String name) {
    return owner.own(ResourceKind.POOL, name, Pool::new);
  }

  /** A resource. */
  static final class Pool implements OwnedResource {
    final ResourceScope scope;
    final AtomicInteger closes = new AtomicInteger();

    Pool(ResourceScope scope) {
      this.scope = scope;
    }

    /** Starts work and waits until it runs. */
    Job started(Job job) throws InterruptedException {
      scope.start("load", job);
      job.body.awaitStart();
      return job;
    }

    /** Starts work, which may never run. */
    Job start(Job job) {
      scope.start("load", job);
      return job;
    }

    /** Ends something that runs until it is released, and waits until it runs. */
    Parked disposed(Parked body) throws InterruptedException {
      scope.dispose(() -> call(body));
      body.awaitStart();
      return body;
    }

    @Override
    public String name() {
      return scope.name();
    }

    @Override
    public ResourceKind kind() {
      return ResourceKind.POOL;
    }

    @Override
    public ResourceFigures figures() {
      return ResourceFigures.of(Map.of("idle", 3L));
    }

    @Override
    public void close() {
      closes.incrementAndGet();
      scope.close();
    }
  }

  static void call(Parked body) {
    try {
      body.call();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Work that parks, and tells what became of it. */
  static final class Job implements Work {
    final Parked body;
    final AtomicInteger runs = new AtomicInteger();
    final AtomicInteger nevers = new AtomicInteger();
    final CountDownLatch told = new CountDownLatch(1);
    volatile Throwable why;

    Job(Parked body) {
      this.body = body;
    }

    @Override
    public void run() {
      runs.incrementAndGet();
      call(body);
    }

    @Override
    public void neverRun(Throwable reason) {
      why = reason;
      nevers.incrementAndGet();
      told.countDown();
    }

    Throwable awaitNever() throws InterruptedException {
      told.await();
      return why;
    }
  }

  final Job job() {
    return new Job(parked());
  }

  final Job deafJob() {
    return new Job(stubborn());
  }
}
