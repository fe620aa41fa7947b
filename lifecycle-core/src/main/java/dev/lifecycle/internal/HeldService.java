package dev.lifecycle.internal;

import dev.lifecycle.Service;
import java.lang.ref.Reference;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a user holds of a service: the service, and the supervisor's handle, which stays reachable with it. */
final class HeldService implements Service {
  private final Service service;
  private final SupervisorHandle handle;

  HeldService(Service service, SupervisorHandle handle) {
    this.service = service;
    this.handle = handle;
  }

  @Override
  public String purpose() {
    return service.purpose();
  }

  @Override
  public Status status() {
    return service.status();
  }

  @Override
  public int restarts() {
    return service.restarts();
  }

  @Override
  public @Nullable Throwable lastFailure() {
    return service.lastFailure();
  }

  @Override
  public boolean stop(String message) {
    return service.stop(message);
  }

  @Override
  public boolean awaitReady(Duration timeout) throws InterruptedException {
    try {
      return service.awaitReady(timeout);
    } finally {
      Reference.reachabilityFence(handle);
    }
  }

  @Override
  public boolean awaitEnd(Duration timeout) throws InterruptedException {
    try {
      return service.awaitEnd(timeout);
    } finally {
      Reference.reachabilityFence(handle);
    }
  }

  @Override
  public void ready() {
    service.ready();
  }

  @Override
  public boolean isStopping() {
    return service.isStopping();
  }

  @Override
  public String toString() {
    return service.toString();
  }
}
