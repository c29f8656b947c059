package org.alknet.cli.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.alknet.core.AlknetDialer;

/** Checks of the machine and of the process. */
final class SystemChecks {
  private static final int MIN_JAVA = 17;
  private static final Instant PLAUSIBLE = Instant.parse("2025-01-01T00:00:00Z");
  private static final long MIN_BUFFER = 2 << 20;
  private static final Pattern NETWORK =
      Pattern.compile(
          "nfs[0-9]*|cifs|smb[0-9a-z]*|afs|ceph|coda|ncpfs|9p|lustre|gfs2?|ocfs2|beegfs"
              + "|fuse\\.(sshfs|glusterfs|s3fs|ceph|davfs2?|rclone).*|davfs");
  private static final Pattern SECRET =
      Pattern.compile("ALKNET_.*(TOKEN|PASSWORD|PASSPHRASE|MNEMONIC|SECRET|KEY).*");

  private SystemChecks() {}

  static List<Finding> java(Patient patient) {
    int feature = Runtime.version().feature();
    String message = "Java " + Runtime.version();
    return List.of(
        feature >= MIN_JAVA
            ? Finding.ok("java", message)
            : Finding.fail("java", message, "Install a JDK, 17 or newer."));
  }

  static List<Finding> environment(Patient patient) {
    List<Finding> findings = new ArrayList<>();
    patient.environment().keySet().stream()
        .filter(name -> SECRET.matcher(name).matches())
        .sorted()
        .forEach(
            name ->
                findings.add(
                    Finding.warn(
                        "environment",
                        name + " looks like a secret; it is not read, and others may see it",
                        "unset " + name + ", and use a file of mode 0600.")));
    return findings.isEmpty()
        ? List.of(Finding.ok("environment", "no secret in a variable"))
        : findings;
  }

  static List<Finding> natives(Patient patient) {
    try (AlknetDialer dialer = AlknetDialer.create()) {
      Objects.requireNonNull(dialer, "dialer");
      return List.of(Finding.ok("native libraries", "QUIC loads"));
    } catch (RuntimeException | LinkageError failed) {
      return List.of(
          Finding.fail(
              "native libraries",
              "QUIC does not load: " + failed.getMessage(),
              "This system may not be supported; see the release notes."));
    }
  }

  static List<Finding> temporaryDirectory(Patient patient) throws IOException {
    Path natives = patient.directory().natives();
    Path directory =
        Files.isDirectory(natives) ? natives : Path.of(System.getProperty("java.io.tmpdir"));
    boolean noexec =
        patient
            .machine()
            .mountOf(directory)
            .map(mount -> mount.options().contains("noexec"))
            .orElse(false);
    return List.of(
        noexec
            ? Finding.fail(
                "temporary directory",
                directory + " is mounted noexec: native libraries cannot be loaded from it",
                "Use another data directory: --data-dir DIR")
            : Finding.ok("temporary directory", directory + " allows execution"));
  }

  /** Locks and memory maps of a database are not to be trusted over a network. */
  static List<Finding> fileSystem(Patient patient) throws IOException {
    Path root = patient.directory().root();
    Optional<String> type =
        Files.isDirectory(root)
            ? patient.machine().mountOf(root).map(Machine.Mount::type)
            : Optional.empty();
    if (type.isEmpty()) {
      return List.of();
    }
    return List.of(
        NETWORK.matcher(type.get()).matches()
            ? Finding.fail(
                "file system",
                root + " is on a network file system (" + type.get() + ")",
                "Move the data directory to a local disk: stop the node, copy, start it there.")
            : Finding.ok("file system", root + " is on " + type.get()));
  }

  static List<Finding> clock(Patient patient) throws IOException {
    Instant now = patient.machine().clock().instant();
    if (now.isBefore(PLAUSIBLE)) {
      return List.of(Finding.fail("clock", "it is " + now + ", says the clock", "Set the clock."));
    }
    for (Path file : List.of(patient.directory().nodeKey(), patient.store())) {
      if (Files.exists(file)
          && Files.getLastModifiedTime(file).toInstant().isAfter(now.plusSeconds(3600))) {
        return List.of(
            Finding.warn(
                "clock",
                file + " was written in the future: the clock was wrong then, or is now",
                "Compare the clock with another one."));
      }
    }
    return List.of(Finding.ok("clock", "plausible"));
  }

  static List<Finding> buffers(Patient patient) throws IOException {
    Optional<Long> limit = patient.machine().setting("net/core/rmem_max");
    if (limit.isEmpty()) {
      return List.of();
    }
    // Many machines have less, and few notice: a remark, not a warning that never goes away.
    return List.of(
        Finding.ok(
            "udp buffers",
            limit.get() >= MIN_BUFFER
                ? "up to " + limit.get() + " bytes"
                : "up to "
                    + limit.get()
                    + " bytes; under heavy load more is better: sysctl -w net.core.rmem_max="
                    + MIN_BUFFER));
  }
}
