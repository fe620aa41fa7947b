package dev.lifecycle.unit;

import dev.lifecycle.FailureListener;
import dev.lifecycle.FailureReport;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A listener that keeps what it is told. Thread-safe. */
final class ReportsHeard implements FailureListener {
  private final List<FailureReport> all = new CopyOnWriteArrayList<>();

  @Override
  public void onFailure(FailureReport report) {
    all.add(report);
  }

  List<FailureReport> all() {
    return all;
  }

  List<FailureReport> of(FailureReport.Kind kind) {
    return all.stream().filter(r -> r.kind() == kind).toList();
  }

  List<@Nullable Throwable> failures(FailureReport.Kind kind) {
    return of(kind).stream().<@Nullable Throwable>map(FailureReport::failure).toList();
  }
}
