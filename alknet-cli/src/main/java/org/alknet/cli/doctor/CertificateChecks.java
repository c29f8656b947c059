package org.alknet.cli.doctor;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.alknet.cli.assembly.HttpState;
import org.alknet.cli.assembly.NodeConfig;
import org.alknet.cli.assembly.NodeConfig.CertificateFiles;
import org.alknet.cli.assembly.RunState;
import org.alknet.core.tls.TlsIdentity;

/** Checks of the certificates of a node and of its HTTP face. */
final class CertificateChecks {
  private static final Duration SOON = Duration.ofDays(14);

  /** A group may read a key: programs that renew certificates arrange it like that. */
  private static final Set<PosixFilePermission> EVERYBODY =
      PosixFilePermissions.fromString("----w-rwx");

  private CertificateChecks() {}

  static List<Finding> node(Patient patient) throws IOException {
    Optional<CertificateFiles> files = nodeFiles(patient);
    return files.isEmpty()
        ? List.of()
        : look(patient, "certificate", files.get(), "Renew it, then start the node anew.");
  }

  private static Optional<CertificateFiles> nodeFiles(Patient patient) {
    return patient
        .config()
        .flatMap(c -> c.core().tlsIdentity())
        .filter(TlsIdentity.X509.class::isInstance)
        .map(TlsIdentity.X509.class::cast)
        .map(x509 -> new CertificateFiles(x509.cert(), x509.key()));
  }

  static List<Finding> http(Patient patient) throws IOException {
    Optional<NodeConfig.Http> http = patient.config().flatMap(NodeConfig::http);
    Optional<HttpState> state = patient.state().flatMap(RunState::http);
    if (http.isEmpty() && state.isEmpty()) {
      return List.of();
    }
    Optional<CertificateFiles> given = http.flatMap(NodeConfig.Http::files);
    if (given.isPresent()) {
      return look(patient, "http certificate", given.get(), "Renew it, then  alknet reload");
    }
    if (nodeFiles(patient).isPresent()) {
      return List.of();
    }
    CertificateFiles own = patient.directory().httpCertificate();
    return Files.exists(own.cert())
        ? look(
            patient,
            "http certificate",
            own,
            "alknet serve  makes another when it starts the next time.")
        : List.of();
  }

  private static List<Finding> look(
      Patient patient, String check, CertificateFiles files, String fix) throws IOException {
    List<Finding> findings = new ArrayList<>();
    Path key = files.key();
    if (Files.exists(key) && FileChecks.isOpen(key, EVERYBODY)) {
      findings.add(
          Finding.fail(
              check,
              "the key " + key + " is open to other users",
              "chmod 600 " + key + ", and replace both if anybody else can have read it."));
    }
    try (InputStream in = Files.newInputStream(files.cert())) {
      X509Certificate certificate =
          (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
      findings.addAll(
          end(
              check,
              patient.machine().clock().instant(),
              certificate.getNotAfter().toInstant(),
              fix));
    } catch (IOException | CertificateException unreadable) {
      findings.add(
          Finding.fail(
              check, files.cert() + " holds no certificate that can be read", "Put one there."));
    }
    return findings;
  }

  private static List<Finding> end(String check, Instant now, Instant end, String fix) {
    if (end.isBefore(now)) {
      return List.of(Finding.fail(check, "it ended at " + end, fix));
    }
    return List.of(
        end.isBefore(now.plus(SOON))
            ? Finding.warn(check, "it ends at " + end, fix)
            : Finding.ok(check, "good until " + end));
  }
}
