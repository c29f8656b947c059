package org.alknet.call.wire;

import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * Carries whole envelopes over something that is no QUIC connection, such as a WebSocket
 * (spec/call.md section 11.5a). Implementations are thread-safe.
 */
public interface EnvelopeTransport {
  /**
   * Sends one envelope; envelopes arrive in the order of the calls.
   *
   * @return completes when the transport has accepted it, no faster than the peer reads; fails if
   *     the transport is gone
   */
  CompletionStage<Void> send(EventEnvelope envelope);

  /**
   * Says where received envelopes go. Called once, before anything is received; the consumer is
   * called for one envelope at a time and never blocks.
   */
  void onEnvelope(Consumer<EventEnvelope> consumer);

  /** Returns a stage that completes, however the transport ended. */
  CompletionStage<Void> closed();

  /** Ends the transport. */
  void close();
}
