package org.alknet.store.sqlite;

import java.util.Objects;
import org.alknet.core.credential.EncryptedData;
import org.alknet.core.identity.PeerEntry;

/** One step of {@link SqliteStore#batch}. Immutable. */
public sealed interface StoreOp {
  /** Adds or replaces a peer. */
  record PutPeer(PeerEntry peer) implements StoreOp {
    /** Checks the parts. */
    public PutPeer {
      Objects.requireNonNull(peer, "peer");
    }
  }

  /** Replaces the peer with this id, which has to exist; a rename if the entry has another id. */
  record UpdatePeer(String peerId, PeerEntry peer) implements StoreOp {
    /** Checks the parts. */
    public UpdatePeer {
      Objects.requireNonNull(peerId, "peerId");
      Objects.requireNonNull(peer, "peer");
    }
  }

  /** Removes the peer with this id, which has to exist. */
  record RemovePeer(String peerId) implements StoreOp {
    /** Checks the parts. */
    public RemovePeer {
      Objects.requireNonNull(peerId, "peerId");
    }
  }

  /** Adds or replaces a credential. */
  record PutCredential(String provider, EncryptedData data) implements StoreOp {
    /** Checks the parts. */
    public PutCredential {
      Objects.requireNonNull(provider, "provider");
      Objects.requireNonNull(data, "data");
    }
  }

  /** Removes a credential, if there is one. */
  record DeleteCredential(String provider) implements StoreOp {
    /** Checks the parts. */
    public DeleteCredential {
      Objects.requireNonNull(provider, "provider");
    }
  }
}
