package org.alknet.call.internal.link;

import java.util.concurrent.CompletionStage;

/**
 * A way envelopes travel: a QUIC stream, or a whole foreign transport. Links are numbered by
 * nothing and know no requests; whoever uses one counts what it owes.
 *
 * <p>Thread-safe. What is sent completes when the transport accepted it, and fails with a {@link
 * org.alknet.call.wire.FrameException} if the envelope breaks a limit, in which case nothing was
 * sent.
 */
public interface Link {
  /** Sends a frame that is no answer. */
  CompletionStage<Void> send(Frame frame);

  /** Sends the only frame this side has for the link, and its end with it. */
  CompletionStage<Void> sendOnly(Frame frame);

  /** Notes that an answer to a request is owed on this link. */
  void owe();

  /** Sends an answer after which more follow. */
  CompletionStage<Void> answer(Frame frame);

  /**
   * Whether an answer need not wait until the transport accepted the one before: what waits to be
   * accepted is little and bounded.
   */
  boolean hasRoom();

  /** Sends the last answer to a request; the end of the link goes with it if nothing is left. */
  CompletionStage<Void> answerLast(Frame frame);

  /** Notes that the answer to a request will not come. */
  void forgive();

  /** Whether frames can still be sent. */
  boolean canSend();

  /** Whether frames may still come. */
  boolean canReceive();

  /** Whether the link was opened for one request of ours and carries nothing else. */
  boolean isDedicated();

  /** Whether the peer sends many requests on this link, so that a large answer holds up others. */
  boolean isShared();

  /** Stops reading after the current frame; only for dedicated links. */
  void pause();

  /** Takes a pause back. If this says true, the caller starts reading with {@link #readOn()}. */
  boolean unpause();

  /** Reads on after a pause. May deliver frames on this thread. */
  void readOn();

  /** Abandons both directions with a code. */
  void reset(long code);

  /** Lets go: ends our direction and reads no further. */
  void close();

  /** Whether nothing was owed, sent or received since that instant. */
  boolean isIdleSince(long nanos);
}
