package org.alknet.cli.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.alknet.cli.assembly.DryAssembly;
import org.alknet.cli.assembly.KeyFiles;
import org.alknet.cli.assembly.NodeConfig;
import org.alknet.cli.assembly.NodeException;
import org.alknet.core.tls.Ed25519SecretKey;

/** Checks of files and of who may touch them. */
final class FileChecks {
  private static final Set<PosixFilePermission> OTHERS =
      PosixFilePermissions.fromString("---rwxrwx");
  private static final Set<PosixFilePermission> WRITERS =
      PosixFilePermissions.fromString("----w--w-");

  private FileChecks() {}

  static List<Finding> directory(Patient patient) throws IOException {
    Path root = patient.directory().root();
    if (!Files.isDirectory(root)) {
      return List.of(
          Finding.fail("data directory", "there is none at " + root, "alknet init  makes it."));
    }
    List<Finding> findings = new ArrayList<>();
    if (isOpen(root, WRITERS)) {
      findings.add(
          Finding.fail(
              "data directory", root + " is writable by other users", "chmod go-w " + root));
    } else if (isOpen(root, OTHERS)) {
      findings.add(
          Finding.warn(
              "data directory", root + " can be listed by other users", "chmod 700 " + root));
    }
    if (!Files.getOwner(root).equals(owner())) {
      findings.add(
          Finding.warn(
              "data directory",
              root + " belongs to " + Files.getOwner(root).getName(),
              "Run commands as that user, or chown it."));
    }
    if (!Files.isWritable(root)) {
      findings.add(Finding.fail("data directory", root + " is not writable", "chmod u+w " + root));
    }
    return findings.isEmpty()
        ? List.of(Finding.ok("data directory", root + " is this user's alone"))
        : findings;
  }

  private static UserPrincipal owner() throws IOException {
    Path probe = Files.createTempFile("alknet-doctor", "");
    try {
      return Files.getOwner(probe);
    } finally {
      Files.delete(probe);
    }
  }

  static List<Finding> keys(Patient patient) throws IOException {
    List<Finding> findings = new ArrayList<>();
    Path node =
        patient
            .config()
            .flatMap(NodeConfig::nodeKey)
            .flatMap(NodeConfig.NodeKey::file)
            .orElse(patient.directory().nodeKey());
    for (Path key : List.of(node, patient.directory().operatorKey())) {
      if (Files.exists(key)) {
        findings.add(key(key));
      }
    }
    return findings;
  }

  private static Finding key(Path key) throws IOException {
    if (isOpen(key, OTHERS)) {
      return Finding.fail(
          "keys",
          key + " is open to other users",
          "chmod 600 " + key + ", and replace the key if anybody else can have read it.");
    }
    try {
      Ed25519SecretKey secret = KeyFiles.load(key);
      secret.destroy();
      return Finding.ok("keys", key + " holds " + secret.fingerprint());
    } catch (NodeException unusable) {
      return Finding.fail(
          "keys", String.valueOf(unusable.getMessage()), "Put the right file back.");
    }
  }

  static List<Finding> configuration(Patient patient) throws IOException {
    if (patient.configuration().isEmpty()) {
      return List.of(Finding.ok("configuration", "none; defaults apply"));
    }
    Path file = patient.configuration().get();
    if (isOpen(file, WRITERS)) {
      return List.of(
          Finding.fail(
              "configuration", file + " is writable by other users", "chmod go-w " + file));
    }
    try {
      List<String> warnings = DryAssembly.check(file, patient.directory());
      List<Finding> findings = new ArrayList<>();
      warnings.forEach(
          warning -> findings.add(Finding.warn("configuration", warning, "alknet config check")));
      return findings.isEmpty()
          ? List.of(Finding.ok("configuration", file + " is right"))
          : findings;
    } catch (NodeException wrong) {
      String first = wrong.advice().isEmpty() ? "" : ": " + wrong.advice().get(0);
      return List.of(
          Finding.fail("configuration", wrong.getMessage() + first, "alknet config check"));
    }
  }

  /** Whether other users have any of these rights. */
  static boolean isOpen(Path path, Set<PosixFilePermission> rights) throws IOException {
    if (!path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      return false;
    }
    return Files.getPosixFilePermissions(path).stream().anyMatch(rights::contains);
  }

  /** Whether other users have any right. */
  static boolean isOpen(Path path) throws IOException {
    return isOpen(path, OTHERS);
  }
}
