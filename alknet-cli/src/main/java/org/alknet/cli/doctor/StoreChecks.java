package org.alknet.cli.doctor;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.alknet.core.credential.StoreException;
import org.alknet.core.identity.PeerEntry;
import org.alknet.store.sqlite.CheckReport;
import org.alknet.store.sqlite.OpenMode;
import org.alknet.store.sqlite.SqliteStore;
import org.alknet.store.sqlite.SqliteStoreOptions;
import org.alknet.store.sqlite.Subscription;
import org.alknet.store.sqlite.WatchMode;

/** Checks of the file with peers and credentials. */
final class StoreChecks {
  private static final long WAKE_SECONDS = 10;
  private static final String PROBE = "{\"op\":\"probe\"}";
  private static final String CONTROL = "alknet_control";

  private StoreChecks() {}

  static List<Finding> store(Patient patient) throws Exception {
    if (!patient.hasStore()) {
      return List.of(Finding.ok("store", "none yet; the first start makes it"));
    }
    Path file = patient.store();
    List<Finding> findings = new ArrayList<>();
    if (FileChecks.isOpen(file)) {
      findings.add(Finding.fail("store", file + " is open to other users", "chmod 600 " + file));
    }
    try (SqliteStore store = open(patient)) {
      CheckReport report = store.check(true);
      report
          .problems()
          .forEach(
              problem ->
                  findings.add(
                      Finding.fail("store", problem, "alknet store restore BACKUP, or mend it.")));
      report
          .warnings()
          .forEach(
              warning -> findings.add(Finding.warn("store", warning, "alknet store check --deep")));
      if (findings.isEmpty()) {
        findings.add(
            Finding.ok("store", file + " is undamaged, version " + store.info().schemaVersion()));
      }
    } catch (StoreException refused) {
      findings.add(
          Finding.fail(
              "store",
              "cannot open " + file + ": " + refused.getMessage(),
              "alknet store restore BACKUP, or put the right file back."));
    }
    return findings;
  }

  private static SqliteStore open(Patient patient) throws StoreException {
    return SqliteStore.open(
        patient.store(),
        SqliteStoreOptions.builder().mode(OpenMode.EXISTING).watch(WatchMode.MANUAL).build());
  }

  static List<Finding> peers(Patient patient) throws Exception {
    if (!patient.hasStore()) {
      return List.of();
    }
    List<Finding> findings = new ArrayList<>();
    try (SqliteStore store = open(patient)) {
      for (PeerEntry peer : store.identities().peers()) {
        disabled(patient, peer, findings);
        if (peer.fingerprints().isEmpty() && peer.authTokenHash().isEmpty()) {
          findings.add(
              Finding.warn(
                  "peers",
                  peer.peerId() + " has neither a key nor a token: nobody can be it",
                  "alknet peer rotate " + peer.peerId() + " --fingerprint FP, or remove it."));
        }
      }
      if (findings.isEmpty()) {
        findings.add(
            Finding.ok("peers", store.identities().peers().size() + ", each with a key or token"));
      }
    } catch (StoreException refused) {
      // The check of the store says so already.
      return List.of();
    }
    return findings;
  }

  /** A node ends the connections of a peer that is disabled; one that did not is out of date. */
  private static void disabled(Patient patient, PeerEntry peer, List<Finding> findings) {
    boolean connected =
        patient.state().map(state -> state.connected().contains(peer.peerId())).orElse(false);
    if (connected && !peer.enabled()) {
      findings.add(
          Finding.warn(
              "peers",
              peer.peerId() + " is disabled, and the node says that it is connected",
              "Look again in ten seconds; if it stays so, stop and start the node."));
    }
  }

  /** Writes what nodes ignore, and times how long a second connection takes to notice. */
  static List<Finding> wakeUp(Patient patient) throws Exception {
    if (!patient.hasStore()) {
      return List.of();
    }
    CountDownLatch noticed = new CountDownLatch(1);
    SqliteStoreOptions following =
        SqliteStoreOptions.builder().mode(OpenMode.EXISTING).watch(WatchMode.AUTO).build();
    try (SqliteStore reader = SqliteStore.open(patient.store(), following);
        Subscription subscription = reader.subscribe(CONTROL, notification -> noticed.countDown());
        SqliteStore writer = open(patient)) {
      Objects.requireNonNull(subscription, "subscription");
      long began = System.nanoTime();
      writer.notify(CONTROL, PROBE).toCompletableFuture().get(WAKE_SECONDS, TimeUnit.SECONDS);
      boolean woken = noticed.await(WAKE_SECONDS, TimeUnit.SECONDS);
      Duration took = Duration.ofNanos(System.nanoTime() - began);
      String how = reader.info().watch().name().toLowerCase(Locale.ROOT);
      return List.of(
          woken
              ? Finding.ok(
                  "wake-up", "a change is noticed after " + took.toMillis() + " ms, " + how)
              : Finding.fail(
                  "wake-up",
                  "a change was not noticed within " + WAKE_SECONDS + " s",
                  "Is the directory on a network file system? Move it to a local one."));
    } catch (StoreException refused) {
      return List.of();
    }
  }
}
