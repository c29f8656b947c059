package org.alknet.call.internal.schedule;

/**
 * Monotonic time, and actions at a later time. One per runtime, which closes it.
 *
 * <p>Thread-safe. Actions run on the timer's thread and must be short.
 */
public interface CallTimer extends AutoCloseable {
  /** Returns monotonic nanoseconds. */
  long nanos();

  /** Runs the action after so many nanoseconds, unless it is cancelled or the timer closed. */
  Scheduled schedule(long delayNanos, Runnable action);

  /** Forgets every action. */
  @Override
  void close();

  /** An action that waits for its time. */
  interface Scheduled {
    /** Nothing waits. */
    Scheduled NONE = () -> {};

    /** Forgets the action, if it has not run. */
    void cancel();
  }
}
