package org.alknet.call.internal.link;

import org.alknet.call.wire.Lease;
import org.alknet.call.wire.ReceivedEnvelope;

/**
 * Who hears what arrives on links. Called on transport threads, or on the executor after a large
 * frame, never under a lock of a link.
 */
public interface LinkOwner {
  /** Takes an envelope; frames of one link come one after another. The lease comes with it. */
  void received(Link link, ReceivedEnvelope envelope, Lease lease);

  /** Hears that nothing more will be received on a link. */
  void ended(Link link, LinkEnd end);

  /** Hears that a link is over in both directions. */
  void finished(Link link);
}
