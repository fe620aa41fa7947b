package dev.lifecycle.casestudies.dispatcher;

import dev.lifecycle.ShutdownReport;
import java.util.ArrayList;
import java.util.List;

/**
 * What deployments said of their end, added up. As found they say nothing.
 *
 * @param withOrphans the reports of those that left something behind
 * @param restarts how often workers were started again
 * @param drained receipts that were under way and ended by themselves
 * @param cancelled receipts that were cancelled and ended
 * @param notStopped services that had not ended when their deployment had been stopped
 */
record Stops(List<ShutdownReport> withOrphans, long restarts, long drained, long cancelled, long notStopped) {
  static final Stops NONE = new Stops(List.of(), 0, 0, 0, 0);

  /** Those of one deployment. */
  static Stops of(ShutdownReport report, long restarts, long notStopped) {
    return new Stops(report.orphans().isEmpty() ? List.of() : List.of(report), restarts, report.drained(), report.cancelled(), notStopped);
  }

  Stops and(Stops more) {
    List<ShutdownReport> both = new ArrayList<>(withOrphans);
    both.addAll(more.withOrphans);
    return new Stops(List.copyOf(both), restarts + more.restarts, drained + more.drained, cancelled + more.cancelled, notStopped + more.notStopped);
  }
}
