package org.alknet.cli.admin;

import java.util.Optional;
import org.alknet.cli.assembly.DataDirectory;
import org.alknet.cli.assembly.NodeConfig;
import org.alknet.cli.assembly.NodeException;
import org.alknet.cli.assembly.NodeStore;
import org.alknet.core.config.ConfigIdentityProvider;
import org.alknet.core.config.ConfigSnapshot;
import org.alknet.core.config.DynamicConfig;
import org.alknet.core.identity.AuthToken;
import org.alknet.core.identity.CompositeIdentityProvider;
import org.alknet.core.identity.Identity;
import org.alknet.core.identity.IdentityProvider;
import org.alknet.store.sqlite.SqliteStore;

/** Asks whose token this is, the way a node would. */
public final class TokenCheck {
  private TokenCheck() {}

  /**
   * Returns who a token stands for.
   *
   * @param token stays the caller's
   * @throws NodeException if the store cannot be opened
   */
  public static Optional<Identity> resolve(
      DataDirectory directory, Optional<NodeConfig> config, byte[] token) throws NodeException {
    IdentityProvider keys =
        new ConfigIdentityProvider(
            ConfigSnapshot.of(config.map(NodeConfig::dynamic).orElseGet(DynamicConfig::defaults)));
    AuthToken copy = AuthToken.of(token);
    try {
      if (config.map(c -> c.identity().inConfiguration()).orElse(false)) {
        return keys.resolveFromToken(copy);
      }
      try (SqliteStore store = NodeStore.openForCommand(directory, config)) {
        return new CompositeIdentityProvider(store.identities(), keys).resolveFromToken(copy);
      }
    } finally {
      copy.destroy();
    }
  }
}
