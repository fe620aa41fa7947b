package dev.lifecycle;

/** What an {@link Error} thrown by a task means for its scope. */
public enum ErrorMode {
  /** It is a failure like any other: the policy decides; the default. */
  BY_POLICY,
  /** It makes the scope fail, whatever the policy says. */
  FAIL_SCOPE
}
