package org.alknet.cli.doctor;

import java.util.ArrayList;
import java.util.List;

/** Looks for everything that commonly goes wrong with a node (spec/cli.md section 9.19). Blocks. */
public final class Doctor {
  private Doctor() {}

  /** Makes one kind of check. */
  @FunctionalInterface
  interface Check {
    /** Returns what it found; at least one finding, or none if it does not apply. */
    List<Finding> look(Patient patient) throws Exception;
  }

  private record Named(String name, Check check) {}

  private static final List<Named> CHECKS =
      List.of(
          new Named("java", SystemChecks::java),
          new Named("environment", SystemChecks::environment),
          new Named("data directory", FileChecks::directory),
          new Named("keys", FileChecks::keys),
          new Named("configuration", FileChecks::configuration),
          new Named("native libraries", SystemChecks::natives),
          new Named("temporary directory", SystemChecks::temporaryDirectory),
          new Named("file system", SystemChecks::fileSystem),
          new Named("clock", SystemChecks::clock),
          new Named("run state", NodeChecks::runState),
          new Named("udp port", NodeChecks::port),
          new Named("udp buffers", SystemChecks::buffers),
          new Named("loopback", NodeChecks::loopback),
          new Named("node", NodeChecks::health),
          new Named("store", StoreChecks::store),
          new Named("peers", StoreChecks::peers),
          new Named("wake-up", StoreChecks::wakeUp),
          new Named("keystore", VaultChecks::keystore),
          new Named("credentials", VaultChecks::credentials),
          new Named("certificate", CertificateChecks::node),
          new Named("tcp port", HttpChecks::port),
          new Named("http", HttpChecks::handshake),
          new Named("http certificate", CertificateChecks::http));

  /** Makes every check; one that breaks down is a failure of its own and keeps no other back. */
  public static List<Finding> examine(Patient patient) {
    List<Finding> findings = new ArrayList<>();
    for (Named named : CHECKS) {
      try {
        findings.addAll(named.check().look(patient));
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        return findings;
      } catch (Exception broken) {
        findings.add(
            Finding.fail(
                named.name(), String.valueOf(broken.getMessage()), "Mend what is named there."));
      }
    }
    return findings;
  }
}
