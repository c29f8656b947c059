package org.alknet.core.identity;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.alknet.core.credential.StoreException;
import org.junit.jupiter.api.Test;

class InMemoryIdentityStoreTest {
  private final InMemoryIdentityStore store = InMemoryIdentityStore.empty();

  @Test
  void putIsAnUpsert() throws Exception {
    await(store.putPeer(peer("a", "x")));
    await(store.putPeer(peer("a", "x").toBuilder().displayName("New name").build()));

    assertThat(store.peers()).hasSize(1);
    assertThat(store.peers().get(0).displayName()).hasValue("New name");
  }

  @Test
  void updateWithAnotherIdRenamesAndMovesTheCredentials() throws Exception {
    await(store.putPeer(peer("old", "x")));
    await(store.updatePeer("old", peer("new", "y")));

    assertThat(store.resolveFromFingerprint("x")).isEmpty();
    assertThat(store.resolveFromFingerprint("y").map(Identity::id)).hasValue("new");
    assertThat(store.peers()).extracting(PeerEntry::peerId).containsExactly("new");
  }

  @Test
  void updateAndRemoveOfAMissingEntryFailWithNotFound() {
    assertThat(failure(store.updatePeer("ghost", peer("ghost", "x"))))
        .isInstanceOf(StoreException.NotFound.class)
        .hasMessage("not found: ghost");
    assertThat(failure(store.removePeer("ghost")))
        .isInstanceOf(StoreException.NotFound.class)
        .hasMessage("not found: ghost");
    assertThat(store.peers()).isEmpty();
  }

  @Test
  void removedPeerIsUnknownAtOnce() throws Exception {
    await(store.putPeer(peer("a", "x")));
    await(store.removePeer("a"));

    assertThat(store.resolveFromFingerprint("x")).isEmpty();
  }

  @Test
  void renameOntoAnotherPeersIdFailsAndChangesNothing() throws Exception {
    await(store.putPeer(peer("a", "x")));
    await(store.putPeer(peer("b", "y")));
    List<PeerEntry> before = store.peers();

    assertThat(failure(store.updatePeer("a", peer("b", "x"))))
        .isInstanceOf(StoreException.Backend.class)
        .hasMessageContaining("duplicate peer_id: b");
    assertThat(store.peers()).isEqualTo(before);
  }

  @Test
  void credentialOfAnotherPeerCannotBeClaimedEvenIfThatPeerIsDisabled() throws Exception {
    await(
        store.putPeer(peer("a", "x").toBuilder().authTokenHash("sha256:h").enabled(false).build()));
    await(store.putPeer(peer("b", "y")));
    List<PeerEntry> before = store.peers();

    assertThat(failure(store.putPeer(peer("c", "x")))).isInstanceOf(StoreException.Backend.class);
    assertThat(failure(store.putPeer(peer("b", "x")))).isInstanceOf(StoreException.Backend.class);
    assertThat(failure(store.updatePeer("b", peer("b", "x"))))
        .isInstanceOf(StoreException.Backend.class);
    assertThat(failure(store.putPeer(peer("c", "z").toBuilder().authTokenHash("sha256:h").build())))
        .isInstanceOf(StoreException.Backend.class)
        .hasMessageNotContaining("sha256");
    assertThat(store.peers()).isEqualTo(before);
  }

  @Test
  void peerMayKeepItsOwnCredentialsWhenItIsReplacedOrRenamed() throws Exception {
    PeerEntry entry = peer("a", "x").toBuilder().authTokenHash("sha256:h").build();
    await(store.putPeer(entry));
    await(store.putPeer(entry.toBuilder().scopes("s").build()));
    await(store.updatePeer("a", entry.toBuilder().peerId("b").build()));

    assertThat(store.resolveFromFingerprint("x").map(Identity::id)).hasValue("b");
  }

  @Test
  void disablingTakesBothPaths() throws Exception {
    String hash = TokenHash.of(AuthToken.ofUtf8("t")).orElseThrow();
    PeerEntry entry = peer("a", "x").toBuilder().authTokenHash(hash).build();
    await(store.putPeer(entry));
    assertThat(store.resolveFromToken(AuthToken.ofUtf8("t"))).isPresent();

    await(store.putPeer(entry.toBuilder().enabled(false).build()));

    assertThat(store.resolveFromFingerprint("x")).isEmpty();
    assertThat(store.resolveFromToken(AuthToken.ofUtf8("t"))).isEmpty();
  }

  @Test
  void seedMustNotContradictItself() {
    assertThat(InMemoryIdentityStore.of(List.of(peer("a", "x"), peer("b", "y"))).peers())
        .hasSize(2);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> InMemoryIdentityStore.of(List.of(peer("a", "x"), peer("a", "y"))))
        .withMessage("duplicate peer_id: a");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> InMemoryIdentityStore.of(List.of(peer("a", "x"), peer("b", "x"))));
  }

  @Test
  void concurrentWritersLoseNoUpdate() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(4);
    try {
      List<Future<?>> writers = new ArrayList<>();
      for (int writer = 0; writer < 4; writer++) {
        int number = writer;
        writers.add(
            pool.submit(
                () -> {
                  for (int i = 0; i < 100; i++) {
                    String id = number + "-" + i;
                    store.putPeer(peer(id, "fp-" + id));
                  }
                }));
      }
      for (Future<?> writer : writers) {
        writer.get(60, SECONDS);
      }
    } finally {
      pool.shutdownNow();
    }

    assertThat(store.peers()).hasSize(400);
    assertThat(store.resolveFromFingerprint("fp-3-99")).isPresent();
  }

  private static PeerEntry peer(String id, String fingerprint) {
    return PeerEntry.builder(id).fingerprints(fingerprint).build();
  }

  private static void await(CompletionStage<Void> stage) throws Exception {
    stage.toCompletableFuture().get(10, SECONDS);
  }

  private static Throwable failure(CompletionStage<Void> stage) {
    try {
      await(stage);
    } catch (ExecutionException expected) {
      return Objects.requireNonNull(expected.getCause());
    } catch (Exception other) {
      throw new AssertionError(other);
    }
    throw new AssertionError("the write succeeded");
  }
}
