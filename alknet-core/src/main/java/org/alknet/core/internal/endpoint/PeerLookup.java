package org.alknet.core.internal.endpoint;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;
import org.alknet.core.identity.Identity;
import org.alknet.core.identity.IdentityProvider;
import org.alknet.core.internal.quic.QuicConnection;

/**
 * Asks who a connection's key belongs to. A provider that breaks knows nobody: nobody is granted
 * anything, or keeps what he was granted, because of that.
 *
 * <p>Thread-safe.
 */
final class PeerLookup {
  private static final Logger LOG = System.getLogger(PeerLookup.class.getName());

  private final IdentityProvider identities;

  PeerLookup(IdentityProvider identities) {
    this.identities = identities;
  }

  /** Returns the identity of the key the peer proved; empty if it proved none or is not known. */
  Optional<Identity> of(QuicConnection connection) {
    Optional<String> fingerprint = connection.remoteFingerprint();
    if (fingerprint.isEmpty()) {
      return Optional.empty();
    }
    try {
      return identities.resolveFromFingerprint(fingerprint.get());
    } catch (RuntimeException bug) {
      LOG.log(Level.ERROR, "event=identity_provider_failed conn_id=" + connection.id(), bug);
      return Optional.empty();
    }
  }
}
