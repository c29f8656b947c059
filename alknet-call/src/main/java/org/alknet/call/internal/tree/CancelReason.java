package org.alknet.call.internal.tree;

import org.alknet.call.operation.CallError;

/** Why a call was cancelled. */
public enum CancelReason {
  /** The caller, or the call that composed it, gave up. */
  ABORTED,
  /** The deadline of the tree passed. */
  TIMEOUT,
  /** The connection it came from ended. */
  CONNECTION_CLOSED;

  /** Returns what the caller of a cancelled call is told. */
  public CallError error() {
    return switch (this) {
      case ABORTED -> CallError.cancelled();
      case TIMEOUT -> CallError.timeout();
      case CONNECTION_CLOSED -> CallError.connectionClosed();
    };
  }
}
