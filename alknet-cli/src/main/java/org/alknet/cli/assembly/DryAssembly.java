package org.alknet.cli.assembly;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.alknet.core.config.ConfigException;
import org.alknet.core.config.ConfigProblem;
import org.alknet.core.config.ConfigReloadHandle;
import org.alknet.core.observe.AuditLog;
import org.alknet.core.observe.CoreMetrics;

/** A node put together as far as that goes without starting it (spec/cli.md section 7). */
public final class DryAssembly {
  private DryAssembly() {}

  /**
   * Checks a configuration.
   *
   * @return what works and should be different
   * @throws NodeException if it would keep a node from starting
   */
  public static List<String> check(Path file, DataDirectory directory) throws NodeException {
    NodeConfig config = NodeConfig.load(file, directory);
    List<String> warnings =
        new ArrayList<>(config.warnings().stream().map(ConfigProblem::toString).toList());
    Optional<Path> key = config.nodeKey().flatMap(NodeConfig.NodeKey::file);
    if (key.isPresent() && Files.exists(key.get())) {
      KeyFiles.load(key.get()).destroy();
    } else {
      key.ifPresent(missing -> warnings.add(missing + " does not exist; the first start makes it"));
    }
    return warnings;
  }

  /**
   * Compares a file with what the node that runs on a data directory has in force.
   *
   * @return what a reload would change
   * @throws NodeException if the file is wrong
   */
  public static ReloadReport compare(Path file, DataDirectory directory) throws NodeException {
    ConfigSource next = ConfigSource.read(file, directory);
    ConfigSource started = ConfigSource.read(directory.configurationAtStart(file), directory);
    ConfigSource inForce = ConfigSource.read(directory.configurationInForce(file), directory);
    try {
      ConfigReloadHandle handle =
          ConfigReloadHandle.create(inForce.dynamic(), AuditLog.NONE, CoreMetrics.NONE);
      return new ReloadReport(
          Instant.now(),
          true,
          0,
          handle.reload(next.dynamic()).fields(),
          started.needRestart(next),
          List.of());
    } catch (ConfigException wrong) {
      throw new NodeException(
          NodeException.Kind.CONFIGURATION, String.valueOf(wrong.getMessage()), wrong, List.of());
    }
  }
}
