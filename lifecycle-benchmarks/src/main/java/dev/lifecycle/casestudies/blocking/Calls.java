package dev.lifecycle.casestudies.blocking;

/** Makes the calls of the case; one of the two ways to write it. */
interface Calls {
  /** Calls, on the thread of the caller. Throws what a caller has to deal with. */
  void call(CallKind kind) throws Exception;
}
