package org.alknet.cli.assembly;

import java.util.Optional;
import org.alknet.call.connection.CallCredentials;
import org.alknet.core.identity.AuthToken;
import org.alknet.core.tls.RemoteIdentity;
import org.alknet.core.tls.TlsIdentity;

/**
 * A remote whose name, keys and token have been looked up.
 *
 * <p>Thread-safe. Wipes the token on {@link #close()}.
 */
final class RemoteToDial implements AutoCloseable {
  private final NodeConfig.Connect entry;
  private final RemoteTarget target;
  private final Optional<AuthToken> token;
  private final boolean enabled;

  /**
   * Combines what was looked up.
   *
   * @param token goes with every request; belongs to this object
   * @param enabled false if its keys are those of a disabled peer, which is not dialled
   */
  RemoteToDial(
      NodeConfig.Connect entry, RemoteTarget target, Optional<AuthToken> token, boolean enabled) {
    this.entry = entry;
    this.target = target;
    this.token = token;
    this.enabled = enabled;
  }

  NodeConfig.Connect entry() {
    return entry;
  }

  RemoteTarget target() {
    return target;
  }

  /**
   * Returns what goes with each dial.
   *
   * @param identity what the node presents
   */
  CallCredentials credentials(Optional<TlsIdentity> identity) {
    CallCredentials credentials = CallCredentials.none();
    if (!target.pins().isEmpty()) {
      credentials = credentials.withRemoteIdentity(new RemoteIdentity(target.pins(), enabled));
    }
    if (token.isPresent()) {
      credentials = credentials.withAuthToken(token.get());
    }
    return identity.map(credentials::withTlsIdentity).orElse(credentials);
  }

  @Override
  public void close() {
    token.ifPresent(AuthToken::destroy);
  }
}
