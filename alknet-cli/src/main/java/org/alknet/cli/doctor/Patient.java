package org.alknet.cli.doctor;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.alknet.cli.assembly.DataDirectory;
import org.alknet.cli.assembly.NodeConfig;
import org.alknet.cli.assembly.NodeStore;
import org.alknet.cli.assembly.NodeVault;
import org.alknet.cli.assembly.RunState;

/**
 * What the checks look at.
 *
 * <p>Immutable.
 *
 * @param directory the data directory
 * @param configuration its configuration file, if it has one
 * @param config what that says, if it is right
 * @param state what the running node says, if one runs
 * @param environment variables of this process
 * @param machine what it all runs on
 * @param vault the vault, if it was opened for this; stays the caller's
 */
public record Patient(
    DataDirectory directory,
    Optional<Path> configuration,
    Optional<NodeConfig> config,
    Optional<RunState> state,
    Map<String, String> environment,
    Machine machine,
    Optional<NodeVault> vault) {
  /** Copies. */
  public Patient {
    environment = Map.copyOf(environment);
  }

  Path store() {
    return NodeStore.file(directory, config);
  }

  boolean hasStore() {
    return config.map(c -> !c.identity().inConfiguration()).orElse(true) && Files.exists(store());
  }

  Optional<Path> keystore() {
    return config.flatMap(NodeConfig::vault).map(NodeConfig.Vault::keystore);
  }
}
