package org.alknet.cli.assembly;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.alknet.cli.config.ConfigText;

/**
 * Where a node keeps its keys, peers and run state (spec/cli.md section 4.5).
 *
 * <p>Immutable.
 *
 * @param root the directory, absolute
 */
public record DataDirectory(Path root) {
  /** Makes the path absolute. */
  public DataDirectory {
    root = Objects.requireNonNull(root, "root").toAbsolutePath().normalize();
  }

  /** Returns the file with the identity of the node. */
  public Path nodeKey() {
    return root.resolve("node.key");
  }

  /** Returns the file with the identity of this user's client commands. */
  public Path operatorKey() {
    return root.resolve("operator.key");
  }

  /** Returns the certificate the HTTP face has if nobody gave it one. */
  public NodeConfig.CertificateFiles httpCertificate() {
    return new NodeConfig.CertificateFiles(root.resolve("http.crt"), root.resolve("http.key"));
  }

  /** Returns the file with the known peers. */
  public Path peers() {
    return root.resolve("peers.json");
  }

  /** Returns the database with peers and credentials. */
  public Path store() {
    return root.resolve("alknet.db");
  }

  /** Returns the directory of lock and state of a running node. */
  public Path run() {
    return root.resolve("run");
  }

  /** Returns where a running node keeps a copy of the configuration it was started with. */
  Path configurationAtStart(Path file) {
    return run().resolve("config-at-start" + extension(file));
  }

  /** Returns where a running node keeps a copy of the configuration it accepted last. */
  Path configurationInForce(Path file) {
    return run().resolve("config-in-force" + extension(file));
  }

  private static String extension(Path file) {
    return ConfigText.isJson(file.toString()) ? ".json" : ".toml";
  }

  /**
   * Returns the directory for backups, and makes it if it is missing.
   *
   * @throws NodeException if that is not possible
   */
  public Path backups() throws NodeException {
    Path directory = root.resolve("backups");
    try {
      PrivateFiles.createDirectory(directory);
      return directory;
    } catch (IOException failed) {
      throw new NodeException(
          NodeException.Kind.STORE,
          "cannot create " + directory + ": " + PrivateFiles.reason(failed),
          failed,
          List.of());
    }
  }

  /** Returns the directory for unpacked native libraries. */
  public Path natives() {
    return root.resolve("native");
  }

  /** Returns the configuration files that would apply, whether they exist or not. */
  public List<Path> configurations() {
    return List.of(root.resolve("alknet.toml"), root.resolve("alknet.json"));
  }

  /**
   * Creates the directory and the rooms in it that are missing, for this user only. What exists is
   * left as it is.
   *
   * @throws NodeException if that is not possible, or if others may write here
   */
  public void create() throws NodeException {
    try {
      for (Path directory : List.of(root, run(), natives())) {
        PrivateFiles.createDirectory(directory);
      }
    } catch (IOException failed) {
      throw new NodeException(
          NodeException.Kind.STORE,
          "cannot create the data directory " + root + ": " + PrivateFiles.reason(failed),
          failed,
          List.of("Give a directory you may write to with --data-dir DIR."));
    }
    check();
  }

  /**
   * Checks the directory, if it exists.
   *
   * @throws NodeException if others may write here
   */
  void check() throws NodeException {
    if (exists() && PrivateFiles.writableByOthers(root)) {
      throw new NodeException(
          NodeException.Kind.UNSAFE,
          "the data directory " + root + " is writable by other users",
          "Whoever writes there decides who the node is.",
          "chmod go-w " + root);
    }
  }

  /** Whether the directory exists. */
  public boolean exists() {
    return Files.isDirectory(root);
  }

  @Override
  public String toString() {
    return root.toString();
  }
}
