package dev.lifecycle.casestudies.report;

import dev.lifecycle.OrphanReport;
import java.util.List;

/** Whether a report names the code that is stuck, and how it is printed. */
public final class Naming {
  private Naming() {}

  /** Whether the entry has an id, this purpose and a stack with a frame of this class. */
  public static boolean names(OrphanReport.Orphan orphan, String purpose, Class<?> culprit) {
    return names(orphan.taskId(), orphan.purpose(), orphan.stack(), purpose, culprit);
  }

  /** As the other one, for the parts of a report. */
  public static boolean names(long taskId, String named, List<StackTraceElement> stack, String purpose, Class<?> culprit) {
    return taskId > 0 && named.equals(purpose) && stack.stream().anyMatch(f -> f.getClassName().equals(culprit.getName()));
  }

  /** One line: id, purpose, scope, time since the cancel and the frame that belongs to the program. */
  public static String line(String scope, OrphanReport.Orphan orphan) {
    return "task t-" + orphan.taskId() + " \"" + orphan.purpose() + "\" of scope " + scope + ", " + orphan.sinceCancel().toMillis()
        + " ms after its cancel, " + at(orphan.stack());
  }

  /** Where a stack stands: its top frame, and the first one that belongs to the program. */
  public static String at(List<StackTraceElement> stack) {
    if (stack.isEmpty()) {
      return "no stack";
    }
    String own = stack.stream().filter(f -> f.getClassName().startsWith("dev.lifecycle.casestudies")).findFirst()
        .map(f -> " in " + brief(f)).orElse("");
    return "at " + brief(stack.get(0)) + own;
  }

  private static String brief(StackTraceElement frame) {
    String type = frame.getClassName().substring(frame.getClassName().lastIndexOf('.') + 1);
    String line = frame.getFileName() == null ? "" : " (" + frame.getFileName() + ':' + frame.getLineNumber() + ')';
    return type + '.' + frame.getMethodName() + line;
  }
}
