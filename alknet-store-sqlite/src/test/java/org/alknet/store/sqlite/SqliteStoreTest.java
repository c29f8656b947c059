package org.alknet.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import org.alknet.canary.Canaries;
import org.alknet.core.config.ConfigIdentityProvider;
import org.alknet.core.credential.EncryptedData;
import org.alknet.core.credential.StoreException;
import org.alknet.core.identity.AuthToken;
import org.alknet.core.identity.Identity;
import org.alknet.core.identity.IdentityStore;
import org.alknet.core.identity.PeerEntry;
import org.alknet.core.observe.CountingMetrics;
import org.alknet.testkit.Await;
import org.alknet.testkit.LeakCheck;
import org.alknet.vault.VaultServiceHandle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** One store in one process. */
class SqliteStoreTest {
  @RegisterExtension final LeakCheck leaks = LeakCheck.ofThreads("alknet-").andDescriptors();
  @TempDir Path directory;
  private final CountingMetrics metrics = new CountingMetrics();
  private SqliteStore store;

  @BeforeEach
  void open() throws StoreException {
    store = Stores.open(directory, SqliteStoreOptions.builder().metrics(metrics).build());
  }

  @AfterEach
  void close() {
    store.close();
  }

  private void reopen() throws StoreException {
    store.close();
    open();
  }

  private PeerEntry full() {
    return PeerEntry.builder("alice")
        .fingerprints(Stores.key(1), "SHA256:" + "ab".repeat(32), Stores.key(2))
        .authTokenHash(Stores.hash(Canaries.register("store token", "token-of-alice-in-the-store")))
        .scopes("read", "write", "ünïcode \"quoted\"")
        .resources(Map.of("service", List.of("gitea", "registry"), "empty", List.of()))
        .displayName("Alice ✓")
        .build();
  }

  @Test
  void loadingTheLibraryTouchesNoStore() throws Exception {
    Path file = directory.resolve("later.db");

    SqliteStore.loadLibrary(file);

    assertThat(file).doesNotExist();
  }

  @Test
  void everyFieldOfAPeerSurvivesAReopening() throws Exception {
    PeerEntry plain = PeerEntry.builder("bob").enabled(false).build();
    Canaries.register("store token hash", full().authTokenHash().orElseThrow());
    Await.result(store.identities().putPeer(full()));
    Await.result(store.identities().putPeer(plain));

    reopen();

    assertThat(store.identities().peers()).containsExactly(full(), plain);
    assertThat(store.identities().peer("alice")).contains(full());
    assertThat(store.identities().peer("nobody")).isEmpty();
    assertThat(store.identities().resolveFromToken(AuthToken.ofUtf8("token-of-alice-in-the-store")))
        .contains(full().identity());
  }

  @Test
  void saltIvAndDataOfAnyLengthSurviveAReopening() throws Exception {
    byte[] bytes = new byte[300];
    new Random(3).nextBytes(bytes);
    Canaries.register("store blob", bytes);
    EncryptedData none = EncryptedData.of(0, new byte[0], new byte[0], new byte[0]);
    EncryptedData some = EncryptedData.of(0xffff_ffffL, new byte[32], new byte[12], bytes);
    Await.result(store.credentials().put("none", none));
    Await.result(store.credentials().put("some", some));

    reopen();

    assertThat(store.credentials().get("none")).contains(none);
    assertThat(store.credentials().get("some")).contains(some);
    assertThat(store.credentials().providers())
        .containsExactly(new ProviderInfo("none", 0), new ProviderInfo("some", 0xffff_ffffL));
  }

  @Test
  void aBlobOfTheVaultDecryptsAfterARoundTrip() throws Exception {
    try (VaultServiceHandle vault = VaultServiceHandle.create()) {
      vault.unlock(
          "test test test test test test test test test test test junk".toCharArray(), null);
      String secret = Canaries.register("store credential", "sk-secret-of-a-provider");
      org.alknet.vault.EncryptedData sealed =
          vault.encrypt(secret.getBytes(StandardCharsets.UTF_8), 2);
      Base64.Decoder base64 = Base64.getDecoder();
      Await.result(
          store
              .credentials()
              .put(
                  "openai",
                  EncryptedData.of(
                      sealed.keyVersion(),
                      base64.decode(sealed.salt()),
                      base64.decode(sealed.iv()),
                      base64.decode(sealed.data()))));
      reopen();

      EncryptedData read = store.credentials().get("openai").orElseThrow();
      Base64.Encoder text = Base64.getEncoder();
      String opened =
          vault.decrypt(
              new org.alknet.vault.EncryptedData(
                  (int) read.keyVersion(),
                  text.encodeToString(read.salt()),
                  text.encodeToString(read.iv()),
                  text.encodeToString(read.data())));

      assertThat(opened.equals(secret)).isTrue();
    }
  }

  @Test
  void renameOntoATakenIdNamesTheId() {
    Await.result(store.identities().putPeer(Stores.peer("alice", 1)));
    Await.result(store.identities().putPeer(Stores.peer("bob", 2)));

    StoreException refused =
        Await.failure(
            store.identities().updatePeer("alice", Stores.peer("bob", 3)),
            StoreException.Backend.class);

    assertThat(refused).hasMessage("backend error: peer_id already exists: bob");
    assertThat(store.identities().peers())
        .containsExactly(Stores.peer("alice", 1), Stores.peer("bob", 2));
  }

  @Test
  void claimedCredentialsHaveTheirOwnMessages() {
    Await.result(
        store
            .identities()
            .putPeer(Stores.peer("alice", 1).toBuilder().authTokenHash(Stores.hash("t")).build()));

    assertThat(
            Await.failure(
                store.identities().putPeer(Stores.peer("bob", 1)), StoreException.Backend.class))
        .hasMessage("backend error: fingerprint already claimed by another peer");
    assertThat(
            Await.failure(
                store
                    .identities()
                    .putPeer(
                        Stores.peer("bob", 2).toBuilder().authTokenHash(Stores.hash("t")).build()),
                StoreException.Backend.class))
        .hasMessage("backend error: auth token hash already claimed by another peer");
  }

  @Test
  void aPeerThatExistsCannotTakeWhatIsAnothersEither() {
    PeerEntry alice = Stores.peer("alice", 1).toBuilder().authTokenHash(Stores.hash("t")).build();
    PeerEntry bob = Stores.peer("bob", 2);
    Await.result(store.identities().putPeer(alice));
    Await.result(store.identities().putPeer(bob));
    PeerEntry withKey = bob.toBuilder().fingerprints(Stores.key(2), Stores.key(1)).build();
    PeerEntry withToken = bob.toBuilder().authTokenHash(Stores.hash("t")).build();

    for (PeerEntry claim : List.of(withKey, withToken)) {
      Await.failure(store.identities().putPeer(claim), StoreException.Backend.class);
      Await.failure(store.identities().updatePeer("bob", claim), StoreException.Backend.class);
    }

    assertThat(store.identities().peers()).containsExactly(alice, bob);
  }

  @Test
  void whatBreaksARuleIsRefusedNamingTheField() {
    Map<PeerEntry, String> refused = new HashMap<>();
    refused.put(PeerEntry.builder(" ").build(), "peer_id:");
    refused.put(PeerEntry.builder("local").build(), "peer_id:");
    refused.put(PeerEntry.builder("x".repeat(256)).build(), "peer_id:");
    refused.put(PeerEntry.builder("a\0b").build(), "peer_id:");
    refused.put(PeerEntry.builder("\ud800").build(), "peer_id:");
    refused.put(PeerEntry.builder("a").fingerprints("ed25519:xyz").build(), "fingerprints:");
    refused.put(
        PeerEntry.builder("b").fingerprints(Stores.key(1), Stores.key(1)).build(), "fingerprints:");
    refused.put(PeerEntry.builder("c").authTokenHash("sha256:abc").build(), "auth_token_hash:");
    refused.put(PeerEntry.builder("d").displayName("x".repeat(201)).build(), "display_name:");
    refused.put(PeerEntry.builder("e").displayName("a\nb").build(), "display_name:");
    refused.put(PeerEntry.builder("f").scopes("a\0b").build(), "scopes:");
    refused.put(PeerEntry.builder("g").resources(Map.of("r", List.of("\0"))).build(), "resources:");
    refused.put(
        PeerEntry.builder("h").scopes("x".repeat(300_000)).build(), "more than 256 KiB of JSON");
    refused.put(
        PeerEntry.builder("i").scopes(new ArrayList<>(Collections.nCopies(1025, "s"))).build(),
        "scopes:");

    refused.forEach(
        (peer, message) ->
            assertThat(
                    Await.failure(
                        store.identities().putPeer(peer), StoreException.Serialization.class))
                .hasMessageContaining(message));
    EncryptedData large = EncryptedData.of(1, new byte[0], new byte[12], new byte[(1 << 20) + 1]);
    assertThat(
            Await.failure(store.credentials().put("p", large), StoreException.Serialization.class))
        .hasMessageContaining("data:");
    assertThat(
            Await.failure(
                store.credentials().put("", Stores.data(1)), StoreException.Serialization.class))
        .hasMessageContaining("provider:");
    assertThat(store.identities().peers()).isEmpty();
  }

  /** Read your own writes, in every order of operations. */
  @Test
  void whatCompletedIsSeenByTheNextRead() {
    Random random = new Random(42);
    Map<String, PeerEntry> model = new HashMap<>();
    int operations = "full".equals(System.getProperty("alknet.soak")) ? 1_000 : 200;
    for (int i = 0; i < operations; i++) {
      String id = "peer-" + random.nextInt(10);
      PeerEntry next =
          Stores.peer(id, 1_000 + i).toBuilder().enabled(random.nextInt(4) > 0).build();
      if (random.nextInt(3) == 0 && model.containsKey(id)) {
        Await.result(store.identities().removePeer(id));
        model.remove(id);
      } else {
        Await.result(store.identities().putPeer(next));
        model.put(id, next);
      }
      assertThat(store.identities().peer(id).equals(Optional.ofNullable(model.get(id)))).isTrue();
      boolean resolves =
          store.identities().resolveFromFingerprint(Stores.key(1_000 + i)).isPresent();
      assertThat(resolves).isEqualTo(next.equals(model.get(id)) && next.enabled());
    }
    assertThat(store.identities().peers()).containsExactlyInAnyOrderElementsOf(model.values());
  }

  @Test
  void aBatchIsDoneAsAWholeOrNotAtAll() {
    Await.result(store.batch(List.of()));
    Await.result(
        store.batch(
            List.of(
                new StoreOp.PutPeer(Stores.peer("alice", 1)),
                new StoreOp.PutCredential("openai", Stores.data(1)),
                new StoreOp.UpdatePeer("alice", Stores.peer("anna", 2)))));
    assertThat(store.identities().peers()).containsExactly(Stores.peer("anna", 2));

    Await.failure(
        store.batch(
            List.of(
                new StoreOp.RemovePeer("anna"),
                new StoreOp.DeleteCredential("openai"),
                new StoreOp.RemovePeer("ghost"))),
        StoreException.NotFound.class);

    assertThat(store.identities().peers()).containsExactly(Stores.peer("anna", 2));
    assertThat(store.credentials().get("openai")).isPresent();
  }

  @Test
  void listenersAreToldWhatChangedAndByWhom() throws Exception {
    List<StoreChange> changes = Collections.synchronizedList(new ArrayList<>());
    PeerEntry alice = Stores.peer("alice", 1);
    Subscription all = store.onChange(changes::add);
    step(changes, store.identities().putPeer(alice));
    step(changes, store.identities().putPeer(alice.toBuilder().enabled(false).build()));
    step(changes, store.identities().putPeer(alice.toBuilder().scopes("more").build()));
    step(changes, store.identities().updatePeer("alice", alice.toBuilder().peerId("anna").build()));
    step(changes, store.credentials().put("p", Stores.data(1)));
    step(changes, store.credentials().put("p", Stores.data(2)));
    step(changes, store.credentials().delete("p"));
    all.close();
    Await.result(store.identities().removePeer("anna"));

    assertThat(changes).hasSize(7).allMatch(c -> c.source() == StoreChange.Source.LOCAL);
    assertThat(changes.get(0).added()).containsExactly("alice");
    assertThat(changes.get(1).disabled()).containsExactly("alice");
    assertThat(changes.get(2).enabled()).containsExactly("alice");
    assertThat(changes.get(2).rescoped()).containsExactly("alice");
    assertThat(changes.get(3).removed()).containsExactly("alice");
    assertThat(changes.get(3).added()).containsExactly("anna");
    assertThat(changes.get(4).providersAdded()).containsExactly("p");
    assertThat(changes.get(5).providersReplaced()).containsExactly("p");
    assertThat(changes.get(6).providersRemoved()).containsExactly("p");
  }

  private static void step(List<StoreChange> changes, CompletionStage<Void> write) {
    int before = changes.size();
    Await.result(write);
    Await.until("the listener is told", () -> changes.size() > before);
  }

  @Test
  void aListenerThatThrowsHarmsNobody() {
    List<StoreChange> changes = Collections.synchronizedList(new ArrayList<>());
    store.onChange(
        change -> {
          throw new IllegalStateException("thrown by the test");
        });
    store.onChange(changes::add);

    Await.result(store.identities().putPeer(Stores.peer("alice", 1)));

    Await.until("the other is told", () -> !changes.isEmpty());
  }

  @Test
  void notificationsReachSubscribersOfTheirChannelInOrder() {
    List<Notification> control = Collections.synchronizedList(new ArrayList<>());
    List<Notification> peers = Collections.synchronizedList(new ArrayList<>());
    store.subscribe("alknet_control", control::add);
    store.subscribe("peers_changed", peers::add);

    long first = Await.result(store.notify("alknet_control", "{\"op\":\"reload\"}"));
    long second = Await.result(store.notify("alknet_control", "{}"));
    Await.result(store.identities().putPeer(Stores.peer("alice", 1)));

    Await.until("all have come", () -> control.size() == 2 && peers.size() == 1);
    assertThat(control).extracting(Notification::id).containsExactly(first, second);
    assertThat(control.get(0).payload()).isEqualTo("{\"op\":\"reload\"}");
    assertThat(peers.get(0).payload()).isEqualTo("{\"op\":\"put\",\"peer_id\":\"alice\"}");
  }

  @Test
  void onlyOwnChannelsAndSmallObjectsCanBeSent() {
    assertThatThrownBy(() -> store.notify("other", "{}"))
        .isInstanceOf(IllegalArgumentException.class);
    for (String payload : List.of("", "[]", "{", "{\"a\":\"" + "x".repeat(1024) + "\"}")) {
      assertThat(
              Await.failure(
                  store.notify("alknet_control", payload), StoreException.Serialization.class))
          .isNotNull();
    }
  }

  @Test
  void aControlNotificationReadsNoTable() {
    Await.result(store.identities().putPeer(Stores.peer("alice", 1)));
    long before = metrics.total("store_tables_read_total", Map.of());

    Await.result(store.notify("alknet_control", "{}"));
    assertThat(metrics.total("store_tables_read_total", Map.of())).isEqualTo(before);

    Await.result(store.identities().putPeer(Stores.peer("bob", 2)));
    assertThat(metrics.total("store_tables_read_total", Map.of())).isEqualTo(before + 1);
    Await.result(
        store.batch(
            List.of(
                new StoreOp.PutPeer(Stores.peer("carol", 3)),
                new StoreOp.PutCredential("p", Stores.data(1)))));
    assertThat(metrics.total("store_tables_read_total", Map.of())).isEqualTo(before + 3);
  }

  @Test
  void everythingIsEmptyAndRefusedAfterTheEnd() {
    Await.result(store.identities().putPeer(Stores.peer("alice", 1)));
    CompletionStage<Void> queued = store.identities().putPeer(Stores.peer("bob", 2));

    store.close();
    store.close();

    assertThat(queued.toCompletableFuture()).isCompleted();
    assertThat(store.identities().resolveFromFingerprint(Stores.key(1))).isEmpty();
    assertThat(store.credentials().get("p")).isEmpty();
    assertThat(
            Await.failure(
                store.identities().putPeer(Stores.peer("x", 3)), StoreException.Backend.class))
        .hasMessage("backend error: store closed");
    assertThat(Await.failure(store.refresh(), StoreException.Backend.class))
        .hasMessage("backend error: store closed");
    assertThatThrownBy(() -> store.check(true)).hasMessage("backend error: store closed");
    assertThat(Files.exists(directory.resolve("data/alknet.db-wal"))).isFalse();
  }

  @Test
  void metricsCountWritesAndReadings() {
    Await.result(store.identities().putPeer(Stores.peer("alice", 1)));
    Await.failure(store.identities().removePeer("ghost"), StoreException.NotFound.class);

    assertThat(metrics.total("store_write_total", Map.of("op", "put_peer", "result", "ok")))
        .isEqualTo(1);
    assertThat(metrics.total("store_write_total", Map.of("op", "remove_peer", "result", "failed")))
        .isEqualTo(1);
    assertThat(metrics.recordings("store_write_seconds", Map.of())).isEqualTo(1);
    // What describes a reading follows the write that waited for it.
    Await.until(
        "the reading is counted",
        () ->
            metrics.gauge("store_rows", Map.of("table", "peers")) == 1
                && metrics.recordings("store_wake_seconds", Map.of("mode", "hinted")) > 0);
    assertThat(metrics.gauge("store_generation", Map.of()))
        .isEqualTo(store.identities().generation());
    assertThat(store.health()).isEqualTo(StoreHealth.OK);
    assertThat(store.info().peers()).isEqualTo(1);
    assertThat(store.info().databaseBytes()).isPositive();
  }

  @Test
  void theStoreIsAnIdentityStoreAndTheConfigurationIsNot() {
    assertThat(store.identities()).isInstanceOf(IdentityStore.class);
    assertThat(IdentityStore.class.isAssignableFrom(ConfigIdentityProvider.class)).isFalse();
  }

  /** What did not change is not decoded again, and is the same peer to whoever compares. */
  @Test
  void aRowThatDidNotChangeKeepsItsPeer() {
    Await.result(store.identities().putPeer(Stores.peer("stays", 1)));
    Await.result(store.identities().putPeer(Stores.peer("goes", 2)));
    PeerEntry before = store.identities().peer("stays").orElseThrow();

    Await.result(store.identities().putPeer(Stores.peer("comes", 3)));
    Await.result(store.identities().removePeer("goes"));

    assertThat(store.identities().peer("stays").orElseThrow()).isSameAs(before);
    PeerEntry changed = before.toBuilder().scopes("other").build();
    Await.result(store.identities().putPeer(changed));
    assertThat(store.identities().peer("stays")).contains(changed);
  }

  /** Readers see whole snapshots while the tables are read again and again. */
  @Test
  void readersNeverSeeTwoGenerationsMixed() {
    PeerEntry one = PeerEntry.builder("a").fingerprints(Stores.key(1)).scopes("one").build();
    PeerEntry two = PeerEntry.builder("a").fingerprints(Stores.key(1)).scopes("two").build();
    Await.result(store.identities().putPeer(one));
    List<CompletionStage<Void>> writes = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      writes.add(store.identities().putPeer(i % 2 == 0 ? two : one));
    }
    for (int i = 0; i < 100_000; i++) {
      Identity seen = store.identities().resolveFromFingerprint(Stores.key(1)).orElseThrow();
      assertThat(seen.equals(one.identity()) || seen.equals(two.identity())).isTrue();
    }
    writes.forEach(Await::result);
  }
}
