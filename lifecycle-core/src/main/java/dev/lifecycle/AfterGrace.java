package dev.lifecycle;

/** What a scope does about tasks that still run when their grace after a cancel is over. More may be added. */
public enum AfterGrace {
  /** Wait for them, reporting each again at doubling intervals; the default of a scope. */
  WAIT,
  /** Stop waiting: they become orphans, are named in a report and stay in the tree until they really end. */
  ABANDON
}
