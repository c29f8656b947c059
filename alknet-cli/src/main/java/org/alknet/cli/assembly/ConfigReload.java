package org.alknet.cli.assembly;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.alknet.core.config.ConfigDiff;
import org.alknet.core.config.ConfigException;
import org.alknet.core.config.ConfigReloadHandle;
import org.alknet.core.config.ConfigSnapshot;
import org.alknet.core.config.DynamicConfig;

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
  private final Optional<Consumer<String>> logLevel;
  private final ConfigReloadHandle handle;
  private final Object lock = new Object();

  @GuardedBy("lock")
  private Optional<ReloadReport> last = Optional.empty();

  @GuardedBy("lock")
  private Optional<ConfigSource> inForce;

  @GuardedBy("lock")
  private Findings.Source<Map<String, String>> renewal = Map::of;

  private ConfigReload(NodeSettings settings, ApiKeyPrefixes prefixes, ConfigReloadHandle handle) {
    this.directory = settings.directory();
    this.started = settings.source();
    this.inForce = settings.source();
    this.file = settings.config().map(NodeConfig::file);
    this.logLevel = settings.given().logLevel();
    this.prefixes = prefixes;
    this.handle = handle;
  }

  /**
   * Puts the first configuration in force.
   *
   * @param prefixes refuses keys that could be taken for peers
   */
  static ConfigReload create(
      NodeSettings settings, ApiKeyPrefixes prefixes, Observation observation)
      throws NodeException {
    DynamicConfig initial = settings.dynamic();
    prefixes.check(initial);
    try {
      if (settings.source().isPresent() && settings.config().isPresent()) {
        Path file = settings.config().get().file();
        DataDirectory directory = settings.directory();
        keep(settings.source().get(), directory.configurationAtStart(file));
        keep(settings.source().get(), directory.configurationInForce(file));
      }
      return new ConfigReload(
          settings,
          prefixes,
          ConfigReloadHandle.create(initial, observation.audit(), observation.metrics()));
    } catch (ConfigException invalid) {
      throw new NodeException(
          NodeException.Kind.CONFIGURATION,
          String.valueOf(invalid.getMessage()),
          invalid,
          List.of());
    }
  }

  /**
   * Has each reload renew something else as well: all of it or nothing.
   *
   * @param step returns what changed; if it fails, nothing is reloaded
   */
  void renewing(Findings.Source<Map<String, String>> step) {
    synchronized (lock) {
      renewal = step;
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

  @GuardedBy("lock")
  private ReloadReport attempt() {
    if (started.isEmpty() || inForce.isEmpty() || file.isEmpty()) {
      return refused(List.of("this node runs without a configuration file"));
    }
    try {
      ConfigSource next = ConfigSource.read(file.get(), directory);
      DynamicConfig dynamic = next.dynamic();
      prefixes.check(dynamic);
      Map<String, String> renewed = renewal.get();
      ConfigDiff diff = handle.reload(dynamic);
      Map<String, String> changes = new LinkedHashMap<>(diff.fields());
      changes.putAll(renewed);
      changes.putAll(applyLogLevel(inForce.get(), next));
      List<String> needRestart = new ArrayList<>(started.get().needRestart(next));
      if (logLevel.isPresent()) {
        needRestart.remove(ConfigSource.LOG_LEVEL);
      }
      keep(next, directory.configurationInForce(file.get()));
      inForce = Optional.of(next);
      return new ReloadReport(
          Instant.now(), true, handle.generation(), changes, needRestart, List.of());
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

  private Map<String, String> applyLogLevel(ConfigSource before, ConfigSource next) {
    if (logLevel.isEmpty()) {
      return Map.of();
    }
    Map<String, String> change = before.logLevelChange(next);
    if (!change.isEmpty()) {
      logLevel.get().accept(next.logLevel());
    }
    return change;
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
