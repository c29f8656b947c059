package org.alknet.call.operation;

/** What becomes of a composed call when its parent is aborted (spec/call.md section 14.2). */
public enum AbortPolicy {
  /** It is aborted as well; the default. */
  ABORT_DEPENDENTS,
  /** If it has started it goes on; nothing new starts below it. */
  CONTINUE_RUNNING
}
