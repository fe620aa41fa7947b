package dev.lifecycle.unit;

import static org.awaitility.Awaitility.await;

import dev.lifecycle.FailureListener;
import dev.lifecycle.FailureReport;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A listener that keeps what it was told. */
final class RecordingListener implements FailureListener {
  private final List<FailureReport> reports = new CopyOnWriteArrayList<>();

  @Override
  public void onFailure(FailureReport report) {
    reports.add(report);
  }

  List<FailureReport> all() {
    return List.copyOf(reports);
  }

  List<FailureReport> of(FailureReport.Kind kind) {
    return reports.stream().filter(r -> r.kind() == kind).toList();
  }

  /** Waits for the first report of a kind. */
  FailureReport awaitFirst(FailureReport.Kind kind) {
    return await().until(() -> of(kind), found -> !found.isEmpty()).get(0);
  }
}
