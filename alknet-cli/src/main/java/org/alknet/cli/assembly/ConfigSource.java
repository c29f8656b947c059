package org.alknet.cli.assembly;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.alknet.cli.config.ConfigText;
import org.alknet.cli.config.ProblemList;
import org.alknet.core.config.ConfigException;
import org.alknet.core.config.ConfigLoader;
import org.alknet.core.config.ConfigProblem;
import org.alknet.core.config.ConfigProblem.Position;
import org.alknet.core.config.ConfigTree;
import org.alknet.core.config.DynamicConfig;
import org.alknet.core.config.LoadedConfig;
import org.alknet.core.config.StaticConfig;

/**
 * The tree of a configuration file, and what can be read from it.
 *
 * <p>Not thread-safe.
 */
final class ConfigSource {
  /** The setting of the log level. */
  static final String LOG_LEVEL = "logging.level";

  private final Path file;
  private final byte[] content;
  private final ConfigTree.Table tree;
  private final ProblemList problems;
  private final OwnSections own;

  private ConfigSource(
      Path file,
      byte[] content,
      DataDirectory directory,
      ConfigTree.Table tree,
      ProblemList problems) {
    this.file = file;
    this.content = content;
    this.tree = tree;
    this.problems = problems;
    this.own = OwnSections.read(tree, file, directory, problems);
  }

  /** Reads a file as far as that is possible. */
  static ConfigSource read(Path path, DataDirectory directory) throws NodeException {
    Path file = path.toAbsolutePath().normalize();
    ProblemList problems = new ProblemList();
    if (!Files.exists(file)) {
      throw new NodeException(
          NodeException.Kind.CONFIGURATION, "no such configuration file: " + file);
    }
    try {
      if (PrivateFiles.writableByOthers(file)) {
        throw new NodeException(
            NodeException.Kind.UNSAFE,
            file + " is writable by other users",
            "Whoever writes it decides who may do what.",
            "chmod go-w " + file);
      }
      if (Files.size(file) > ConfigText.MAX_BYTES) {
        throw new IOException("longer than " + ConfigText.MAX_BYTES + " bytes");
      }
      byte[] content = Files.readAllBytes(file);
      Optional<ConfigTree.Table> tree = ConfigText.parse(file.toString(), content, problems);
      if (tree.isEmpty()) {
        throw invalid(file, problems);
      }
      return new ConfigSource(file, content, directory, tree.get(), problems);
    } catch (IOException failed) {
      throw new NodeException(
          NodeException.Kind.CONFIGURATION,
          "cannot read " + file + ": " + PrivateFiles.reason(failed),
          failed,
          List.of());
    }
  }

  /** Returns the whole configuration; reads the certificate files it names. */
  NodeConfig load() throws NodeException {
    StaticConfig core = StaticConfig.defaults();
    DynamicConfig dynamic = DynamicConfig.defaults();
    List<ConfigProblem> warnings = List.of();
    try {
      LoadedConfig loaded = ConfigLoader.load(own.coreKeys(), file);
      core = loaded.staticConfig();
      dynamic = loaded.dynamicConfig();
      warnings = loaded.warnings();
    } catch (ConfigException wrong) {
      problems.add(wrong, file.toString());
    }
    check();
    return own.config(file, core, dynamic, warnings);
  }

  /** Returns what a reload applies; everything else is checked all the same. */
  DynamicConfig dynamic() throws NodeException {
    DynamicConfig dynamic = DynamicConfig.defaults();
    try {
      dynamic = ConfigLoader.loadDynamic(own.coreKeys(), file);
    } catch (ConfigException wrong) {
      problems.add(wrong, file.toString());
    }
    check();
    return dynamic;
  }

  /** Keeps a copy, for those who compare a later file with this one. */
  void copyTo(Path copy) throws IOException {
    PrivateFiles.replace(copy, content);
  }

  /** Returns the whole tree. */
  ConfigTree.Table tree() {
    return tree;
  }

  /**
   * Returns the settings that differ and take effect only after a restart; the log level is one of
   * them unless somebody can change it.
   */
  List<String> needRestart(ConfigSource next) {
    return ConfigLoader.needRestart(tree, next.tree);
  }

  /** Returns the log level; {@code info} if the file names none. */
  String logLevel() {
    return own.logLevel().orElse("info");
  }

  /** Returns how the log level differs, as a reload shows it; empty if it does not. */
  Map<String, String> logLevelChange(ConfigSource next) {
    return logLevel().equals(next.logLevel())
        ? Map.of()
        : Map.of("log_level", logLevel() + "->" + next.logLevel());
  }

  /** Returns the place of a setting in a list of tables, as a problem shows it. */
  String at(String table, int index, String key) {
    Position position =
        tree.find(table)
            .map(ConfigTree.Entry::value)
            .filter(ConfigTree.Sequence.class::isInstance)
            .map(list -> ((ConfigTree.Sequence) list).items().get(index))
            .filter(ConfigTree.Table.class::isInstance)
            .flatMap(item -> ((ConfigTree.Table) item).find(key))
            .map(ConfigTree.Entry::position)
            .orElse(new Position(file.toString(), 0, 0));
    return position + ": " + table + "[" + index + "]." + key;
  }

  private void check() throws NodeException {
    if (!problems.isEmpty()) {
      throw invalid(file, problems);
    }
  }

  private static NodeException invalid(Path file, ProblemList problems) {
    List<ConfigProblem> all = problems.inOrder();
    return new NodeException(
        NodeException.Kind.CONFIGURATION,
        file + ": " + (all.size() == 1 ? "1 problem" : all.size() + " problems"),
        null,
        all.stream().map(ConfigProblem::toString).toList());
  }
}
