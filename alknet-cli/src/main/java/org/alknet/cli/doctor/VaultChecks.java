package org.alknet.cli.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.alknet.cli.assembly.NodeConfig;
import org.alknet.cli.assembly.NodeException;
import org.alknet.cli.assembly.NodeVault;
import org.alknet.cli.assembly.SecretFiles;
import org.alknet.core.credential.EncryptedData;
import org.alknet.core.credential.StoreException;
import org.alknet.store.sqlite.OpenMode;
import org.alknet.store.sqlite.ProviderInfo;
import org.alknet.store.sqlite.SqliteStore;
import org.alknet.store.sqlite.SqliteStoreOptions;
import org.alknet.store.sqlite.WatchMode;

/** Checks of keystore and credentials. */
final class VaultChecks {
  private VaultChecks() {}

  static List<Finding> keystore(Patient patient) throws IOException {
    if (patient.keystore().isEmpty()) {
      return List.of();
    }
    Path keystore = patient.keystore().get();
    if (!Files.exists(keystore)) {
      return List.of(
          Finding.fail(
              "keystore",
              "the configuration names " + keystore + ", and there is none",
              "Put it back, or make it of its phrase:  alknet vault import"));
    }
    List<Finding> findings = new ArrayList<>();
    if (FileChecks.isOpen(keystore)) {
      findings.add(
          Finding.fail("keystore", keystore + " is open to other users", "chmod 600 " + keystore));
    }
    Optional<Path> password =
        patient.config().flatMap(NodeConfig::vault).flatMap(NodeConfig.Vault::passwordFile);
    if (password.isPresent() && !Files.exists(password.get())) {
      findings.add(
          Finding.fail(
              "keystore",
              "the password file " + password.get() + " does not exist",
              "Put it back, or remove password_file: serve asks then."));
    } else if (password.isPresent()
        && Files.isRegularFile(password.get())
        && SecretFiles.isOpen(password.get())) {
      findings.add(
          Finding.fail(
              "keystore",
              "the password file " + password.get() + " is open to other users",
              "chmod 600 " + password.get()));
    }
    patient.vault().ifPresent(vault -> fingerprint(patient, vault, findings));
    return findings.isEmpty() ? List.of(Finding.ok("keystore", keystore + "")) : findings;
  }

  private static void fingerprint(Patient patient, NodeVault vault, List<Finding> findings) {
    Optional<String> expected = patient.config().flatMap(c -> c.identity().expectedFingerprint());
    if (expected.isPresent() && !expected.get().equals(vault.fingerprint())) {
      findings.add(
          Finding.fail(
              "keystore",
              "it leads to " + vault.fingerprint() + ", expected is " + expected.get(),
              "Put the right keystore back, or correct identity.expect_fingerprint."));
    }
  }

  static List<Finding> credentials(Patient patient) throws Exception {
    if (!patient.hasStore()) {
      return List.of();
    }
    List<Finding> findings = new ArrayList<>();
    SqliteStoreOptions options =
        SqliteStoreOptions.builder().mode(OpenMode.EXISTING).watch(WatchMode.MANUAL).build();
    try (SqliteStore store = SqliteStore.open(patient.store(), options)) {
      List<ProviderInfo> providers = store.credentials().providers();
      if (!providers.isEmpty() && patient.keystore().isEmpty()) {
        findings.add(
            Finding.warn(
                "credentials",
                providers.size() + " are stored, and the configuration names no vault",
                "Add a table [vault], or no operation gets them."));
      }
      if (patient.vault().isPresent()) {
        for (ProviderInfo info : providers) {
          decrypt(store, patient.vault().get(), info.provider(), findings);
        }
      }
      if (findings.isEmpty()) {
        findings.add(
            Finding.ok(
                "credentials",
                providers.size()
                    + (patient.vault().isPresent()
                        ? ", all of them decrypt"
                        : "; --unlock tries them")));
      }
    } catch (StoreException refused) {
      return List.of();
    }
    return findings;
  }

  private static void decrypt(
      SqliteStore store, NodeVault vault, String provider, List<Finding> findings) {
    Optional<EncryptedData> stored = store.credentials().get(provider);
    try {
      if (stored.isPresent()) {
        Arrays.fill(vault.decrypt(provider, stored.get()), '\0');
      }
    } catch (NodeException unreadable) {
      findings.add(
          Finding.fail(
              "credentials",
              String.valueOf(unreadable.getMessage()),
              "alknet credential put " + provider + " --replace"));
    }
  }
}
