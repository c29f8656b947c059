package org.alknet.call.internal.dispatch;

import java.util.concurrent.CompletionStage;
import org.alknet.call.internal.link.Link;

/**
 * Decides which link an outgoing request takes; the only place that does (spec/call.md section
 * 4.3).
 *
 * <p>Thread-safe.
 */
interface OutgoingStreams {
  /** What is about to be sent. */
  enum Kind {
    /** A call; one answer comes back. */
    CALL,
    /** A subscription; many answers come back, at the subscriber's pace. */
    SUBSCRIPTION,
    /** An abort of a request that had a stream to itself. */
    ABORT
  }

  /**
   * Finds or opens the link for a request.
   *
   * @param frameBytes length of its frame
   * @return cancelling it gives up the place in the queue
   */
  CompletionStage<? extends Link> linkFor(Kind kind, int frameBytes);
}
