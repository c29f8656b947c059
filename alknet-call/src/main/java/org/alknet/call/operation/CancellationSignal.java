package org.alknet.call.operation;

/**
 * Tells a handler that nobody waits for its answer any more: the caller aborted, the deadline
 * passed, or the connection ended.
 *
 * <p>Thread-safe.
 */
public interface CancellationSignal {
  /** Whether the call was cancelled. */
  boolean isCancelled();

  /**
   * Runs the action when the call is cancelled, on the handler executor; at once and on this thread
   * if that has happened. Actions run once, in the order of registration, and never after the call
   * has ended otherwise.
   *
   * @return lets go of the action again
   */
  Registration onCancel(Runnable action);

  /**
   * Does nothing unless the call was cancelled.
   *
   * @throws java.util.concurrent.CancellationException if it was
   */
  void throwIfCancelled();

  /** An action waiting for a cancellation. */
  @FunctionalInterface
  interface Registration {
    /** Forgets the action. Does nothing if it ran. */
    void remove();
  }
}
