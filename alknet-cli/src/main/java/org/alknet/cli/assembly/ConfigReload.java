package org.alknet.cli.assembly;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.alknet.core.config.ConfigDiff;
import org.alknet.core.config.ConfigException;
import org.alknet.core.config.ConfigReloadHandle;
import org.alknet.core.config.ConfigSnapshot;
import org.alknet.core.config.DynamicConfig;
import org.alknet.core.observe.AuditLog;
import org.alknet.core.observe.CoreMetrics;

/**
 * The dynamic part of a node's configuration, and how a changed file replaces it.
 *
 * <p>Thread-safe. Reloads run one after the other.
 */
final class ConfigReload {
  private static final Logger LOG = System.getLogger(ConfigReload.class.getName());

  private final DataDirectory directory;
  private final Optional<ConfigSource> started;
  private final Optional<Path> file;
  private final ApiKeyPrefixes prefixes;
  private final ConfigReloadHandle handle;
  private final Object lock = new Object();

  @GuardedBy("lock")
  private Optional<ReloadReport> last = Optional.empty();

  private ConfigReload(
      DataDirectory directory,
      Optional<ConfigSource> started,
      Optional<Path> file,
      ApiKeyPrefixes prefixes,
      ConfigReloadHandle handle) {
    this.directory = directory;
    this.started = started;
    this.file = file;
    this.prefixes = prefixes;
    this.handle = handle;
  }

  /**
   * Puts the first configuration in force.
   *
   * @param started the file as it was at the start; empty if there is none
   * @param prefixes refuses keys that could be taken for peers
   */
  static ConfigReload create(
      DataDirectory directory,
      Optional<ConfigSource> started,
      Optional<NodeConfig> config,
      ApiKeyPrefixes prefixes,
      AuditLog audit)
      throws NodeException {
    DynamicConfig initial = config.map(NodeConfig::dynamic).orElseGet(DynamicConfig::defaults);
    prefixes.check(initial);
    try {
      if (started.isPresent() && config.isPresent()) {
        Path file = config.get().file();
        keep(started.get(), directory.configurationAtStart(file));
        keep(started.get(), directory.configurationInForce(file));
      }
      return new ConfigReload(
          directory,
          started,
          config.map(NodeConfig::file),
          prefixes,
          ConfigReloadHandle.create(initial, audit, CoreMetrics.NONE));
    } catch (ConfigException invalid) {
      throw new NodeException(
          NodeException.Kind.CONFIGURATION,
          String.valueOf(invalid.getMessage()),
          invalid,
          List.of());
    }
  }

  /** Returns what is in force. */
  ConfigSnapshot snapshot() {
    return handle.snapshot();
  }

  /** Returns the file, if there is one. */
  Optional<Path> file() {
    return file;
  }

  /** Returns how many reloads were accepted. */
  long generation() {
    return handle.generation();
  }

  /** Returns what became of the last reload. */
  Optional<ReloadReport> last() {
    synchronized (lock) {
      return last;
    }
  }

  /** Reads the file again and puts its dynamic part in force, if all of it is right. */
  ReloadReport reload() {
    synchronized (lock) {
      ReloadReport report = attempt();
      last = Optional.of(report);
      return report;
    }
  }

  private ReloadReport attempt() {
    if (started.isEmpty() || file.isEmpty()) {
      return refused(List.of("this node runs without a configuration file"));
    }
    try {
      ConfigSource next = ConfigSource.read(file.get(), directory);
      DynamicConfig dynamic = next.dynamic();
      prefixes.check(dynamic);
      ConfigDiff diff = handle.reload(dynamic);
      keep(next, directory.configurationInForce(file.get()));
      return new ReloadReport(
          Instant.now(),
          true,
          handle.generation(),
          diff.fields(),
          started.get().needRestart(next),
          List.of());
    } catch (NodeException wrong) {
      List<String> problems = new ArrayList<>(wrong.advice());
      if (problems.isEmpty() || wrong.kind() != NodeException.Kind.CONFIGURATION) {
        problems.add(0, String.valueOf(wrong.getMessage()));
      }
      return refused(problems);
    } catch (ConfigException wrong) {
      return refused(List.of(String.valueOf(wrong.getMessage())));
    }
  }

  /** A peer that took the name of a key later wins, and somebody should know. */
  void warnAboutPrefixes() {
    List<String> taken = prefixes.collisions(handle.current());
    if (!taken.isEmpty()) {
      LOG.log(Level.WARNING, "API keys with the name of a peer: " + String.join(", ", taken));
    }
  }

  /** The copies serve comparisons only, so a node runs without them. */
  private static void keep(ConfigSource source, Path copy) {
    try {
      source.copyTo(copy);
    } catch (IOException failed) {
      LOG.log(Level.WARNING, "cannot write " + copy, failed);
    }
  }

  private ReloadReport refused(List<String> problems) {
    return new ReloadReport(
        Instant.now(), false, handle.generation(), Map.of(), List.of(), problems);
  }
}
