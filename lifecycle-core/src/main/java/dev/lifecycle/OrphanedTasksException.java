package dev.lifecycle;

/** Tasks ignored their cancel past the grace and were abandoned; nothing else failed. */
public final class OrphanedTasksException extends LifecycleException {
  private static final long serialVersionUID = 1L;

  private final transient OrphanReport report;

  /** An exception that carries this report. */
  public OrphanedTasksException(OrphanReport report) {
    super(report.toString(), null);
    this.report = report;
  }

  /** What was still running when the scope gave up waiting. */
  public OrphanReport report() {
    return report;
  }
}
