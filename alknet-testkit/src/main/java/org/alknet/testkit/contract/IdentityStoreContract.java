package org.alknet.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.alknet.core.credential.StoreException;
import org.alknet.core.identity.AuthToken;
import org.alknet.core.identity.Fingerprints;
import org.alknet.core.identity.Identity;
import org.alknet.core.identity.IdentityStore;
import org.alknet.core.identity.PeerEntry;
import org.alknet.core.identity.TokenHash;
import org.alknet.testkit.Await;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link IdentityStore} does (spec/core.md sections 8.1 and 14.1). */
public abstract class IdentityStoreContract {
  private static final String KEY_A = key(1);
  private static final String KEY_B = key(2);
  private static final String KEY_C = key(3);
  private static final String CERTIFICATE = Fingerprints.X509_PREFIX + "ab".repeat(32);

  private IdentityStore store;

  /** For subclasses. */
  protected IdentityStoreContract() {}

  /** Returns a fresh, empty store; it is closed after the test if it can be. */
  protected abstract IdentityStore open() throws Exception;

  /** Opens the store of the test. */
  @BeforeEach
  public final void openStore() throws Exception {
    store = open();
  }

  /** Closes it. */
  @AfterEach
  public final void closeStore() throws Exception {
    if (store instanceof AutoCloseable closeable) {
      closeable.close();
    }
  }

  @Test
  public void emptyStoreKnowsNobody() {
    assertThat(store.resolveFromFingerprint(KEY_A)).isEmpty();
    assertThat(store.resolveFromToken(AuthToken.ofUtf8("token"))).isEmpty();
  }

  @Test
  public void everyCredentialOfAPeerLeadsToTheSameIdentity() {
    put(
        PeerEntry.builder("alice")
            .fingerprints(KEY_A, CERTIFICATE)
            .authTokenHash(hash("alice's token"))
            .scopes("read", "write")
            .resources(Map.of("service", List.of("gitea", "registry")))
            .displayName("Alice")
            .build());

    Identity alice =
        new Identity(
            "alice", List.of("read", "write"), Map.of("service", List.of("gitea", "registry")));
    assertThat(store.resolveFromFingerprint(KEY_A)).contains(alice);
    assertThat(store.resolveFromFingerprint(CERTIFICATE)).contains(alice);
    assertThat(store.resolveFromToken(AuthToken.ofUtf8("alice's token"))).contains(alice);
    assertThat(store.resolveFromFingerprint(KEY_B)).isEmpty();
    assertThat(store.resolveFromToken(AuthToken.ofUtf8("alice's toke"))).isEmpty();
  }

  @Test
  public void nonsenseIsNobodyAndNoError() {
    put(peer("alice", KEY_A).authTokenHash(hash("token")).build());

    for (String fingerprint :
        List.of("", " ", "ed25519:", KEY_A.toUpperCase(Locale.ROOT), KEY_A + " ", "%")) {
      assertThat(store.resolveFromFingerprint(fingerprint)).isEmpty();
    }
    for (byte[] token :
        List.of(new byte[0], new byte[] {(byte) 0xff, 0}, new byte[5_000], new byte[] {0})) {
      assertThat(store.resolveFromToken(AuthToken.of(token))).isEmpty();
    }
  }

  @Test
  public void putReplacesThePeerWithTheSameId() {
    put(peer("alice", KEY_A).scopes("old").authTokenHash(hash("old token")).build());

    put(peer("alice", KEY_B).scopes("new").build());

    assertThat(store.resolveFromFingerprint(KEY_A)).isEmpty();
    assertThat(store.resolveFromToken(AuthToken.ofUtf8("old token"))).isEmpty();
    assertThat(store.resolveFromFingerprint(KEY_B)).contains(Identity.of("alice", "new"));
  }

  @Test
  public void peerMayKeepItsOwnCredentialsWhenReplaced() {
    put(peer("alice", KEY_A).authTokenHash(hash("token")).build());

    put(peer("alice", KEY_A, KEY_B).authTokenHash(hash("token")).scopes("more").build());
    Await.result(
        store.updatePeer("alice", peer("alice", KEY_A).authTokenHash(hash("token")).build()));

    assertThat(store.resolveFromFingerprint(KEY_A)).contains(Identity.of("alice"));
    assertThat(store.resolveFromFingerprint(KEY_B)).isEmpty();
    assertThat(store.resolveFromToken(AuthToken.ofUtf8("token"))).contains(Identity.of("alice"));
  }

  @Test
  public void nothingResolvesToADisabledPeerUntilItIsEnabled() {
    PeerEntry alice = peer("alice", KEY_A).authTokenHash(hash("token")).build();
    put(alice.toBuilder().enabled(false).build());
    assertThat(store.resolveFromFingerprint(KEY_A)).isEmpty();
    assertThat(store.resolveFromToken(AuthToken.ofUtf8("token"))).isEmpty();

    Await.result(store.updatePeer("alice", alice));

    assertThat(store.resolveFromFingerprint(KEY_A)).contains(Identity.of("alice"));
    assertThat(store.resolveFromToken(AuthToken.ofUtf8("token"))).contains(Identity.of("alice"));
  }

  @Test
  public void updateOfAMissingPeerFailsAndAddsNothing() {
    CompletionStage<Void> update = store.updatePeer("ghost", peer("ghost", KEY_A).build());

    assertThat(Await.failure(update, StoreException.NotFound.class)).hasMessage("not found: ghost");
    assertThat(store.resolveFromFingerprint(KEY_A)).isEmpty();
  }

  @Test
  public void updateWithAnotherIdIsARename() {
    put(peer("old", KEY_A).build());

    Await.result(store.updatePeer("old", peer("new", KEY_B).build()));

    assertThat(store.resolveFromFingerprint(KEY_A)).isEmpty();
    assertThat(store.resolveFromFingerprint(KEY_B)).contains(Identity.of("new"));
    assertThat(Await.failure(store.removePeer("old"), StoreException.NotFound.class)).isNotNull();
  }

  @Test
  public void renameOntoATakenIdFailsAndChangesNothing() {
    put(peer("alice", KEY_A).build());
    put(peer("bob", KEY_B).build());

    refused(store.updatePeer("alice", peer("bob", KEY_C).build()));

    aliceAndBobAreUnchanged();
  }

  @Test
  public void fingerprintOfAnotherPeerCannotBeClaimed() {
    put(peer("alice", KEY_A).build());
    put(peer("bob", KEY_B).build());

    refused(store.putPeer(peer("carol", KEY_C, KEY_A).build()));
    refused(store.putPeer(peer("bob", KEY_A).build()));
    refused(store.updatePeer("bob", peer("bob", KEY_B, KEY_A).build()));
    refused(store.updatePeer("bob", peer("carol", KEY_A).build()));

    aliceAndBobAreUnchanged();
    assertThat(store.resolveFromFingerprint(KEY_C)).isEmpty();
  }

  @Test
  public void tokenOfAnotherPeerCannotBeClaimed() {
    put(peer("alice", KEY_A).authTokenHash(hash("token")).build());
    put(peer("bob", KEY_B).build());

    refused(store.putPeer(peer("carol", KEY_C).authTokenHash(hash("token")).build()));
    refused(store.updatePeer("bob", peer("bob", KEY_B).authTokenHash(hash("token")).build()));

    assertThat(store.resolveFromToken(AuthToken.ofUtf8("token"))).contains(Identity.of("alice"));
    aliceAndBobAreUnchanged();
  }

  @Test
  public void disabledPeerKeepsItsCredentialsFromOthers() {
    put(peer("alice", KEY_A).authTokenHash(hash("token")).enabled(false).build());

    refused(store.putPeer(peer("mallory", KEY_A).build()));
    refused(store.putPeer(peer("mallory", KEY_B).authTokenHash(hash("token")).build()));

    assertThat(store.resolveFromFingerprint(KEY_A)).isEmpty();
    assertThat(store.resolveFromFingerprint(KEY_B)).isEmpty();
  }

  @Test
  public void refusalDoesNotQuoteTheTokenHash() {
    put(peer("alice", KEY_A).authTokenHash(hash("token")).build());

    StoreException refusal =
        refused(store.putPeer(peer("bob", KEY_B).authTokenHash(hash("token")).build()));

    assertThat(refusal.toString()).doesNotContain(hash("token").substring(10));
  }

  @Test
  public void removedPeerIsUnknownAndItsCredentialsAreFree() {
    put(peer("alice", KEY_A).authTokenHash(hash("token")).build());

    Await.result(store.removePeer("alice"));

    assertThat(store.resolveFromFingerprint(KEY_A)).isEmpty();
    assertThat(store.resolveFromToken(AuthToken.ofUtf8("token"))).isEmpty();
    put(peer("bob", KEY_A).authTokenHash(hash("token")).build());
    assertThat(store.resolveFromFingerprint(KEY_A)).contains(Identity.of("bob"));
  }

  @Test
  public void removingAMissingPeerFails() {
    put(peer("alice", KEY_A).build());

    assertThat(Await.failure(store.removePeer("ghost"), StoreException.NotFound.class))
        .hasMessage("not found: ghost");
    assertThat(store.resolveFromFingerprint(KEY_A)).isPresent();
  }

  @Test
  public void idsAreComparedExactly() {
    put(peer("alice", KEY_A).build());
    put(peer("Alice", KEY_B).build());
    put(peer("'; DROP TABLE peers; --", KEY_C).build());

    assertThat(store.resolveFromFingerprint(KEY_A)).contains(Identity.of("alice"));
    assertThat(store.resolveFromFingerprint(KEY_B)).contains(Identity.of("Alice"));
    Await.result(store.removePeer("'; DROP TABLE peers; --"));
    assertThat(store.resolveFromFingerprint(KEY_C)).isEmpty();
    assertThat(store.resolveFromFingerprint(KEY_A)).isPresent();
  }

  @Test
  public void nullIsMisuse() {
    assertThatNullPointerException().isThrownBy(() -> store.putPeer(Nulls.of(PeerEntry.class)));
    assertThatNullPointerException()
        .isThrownBy(() -> store.updatePeer("alice", Nulls.of(PeerEntry.class)));
  }

  @Test
  public void concurrentWritersAllSucceed() {
    int writers = 4;
    int each = 10;
    ExecutorService executor = Executors.newFixedThreadPool(writers);
    try {
      List<CompletionStage<Void>> done = new ArrayList<>();
      for (int w = 0; w < writers; w++) {
        int first = 100 + w * each;
        done.add(
            CompletableFuture.runAsync(
                () -> {
                  for (int i = first; i < first + each; i++) {
                    put(peer("peer-" + i, key(i)).build());
                  }
                },
                executor));
      }
      done.forEach(Await::result);
    } finally {
      executor.shutdown();
    }

    for (int i = 100; i < 100 + writers * each; i++) {
      assertThat(store.resolveFromFingerprint(key(i))).contains(Identity.of("peer-" + i));
    }
  }

  /** Of several peers that claim one key at the same time, one gets it. */
  @Test
  public void raceForACredentialHasOneWinner() {
    int racers = 6;
    ExecutorService executor = Executors.newFixedThreadPool(racers);
    CountDownLatch start = new CountDownLatch(1);
    List<CompletableFuture<Optional<Throwable>>> races = new ArrayList<>();
    try {
      for (int i = 0; i < racers; i++) {
        PeerEntry racer = peer("racer-" + i, KEY_A).build();
        races.add(
            CompletableFuture.supplyAsync(
                () -> {
                  awaitStart(start);
                  return Await.failureOf(store.putPeer(racer));
                },
                executor));
      }
      start.countDown();
      List<Throwable> failures =
          races.stream().map(Await::result).flatMap(Optional::stream).toList();
      assertThat(failures).hasSize(racers - 1);
      assertThat(failures).allMatch(failure -> failure instanceof StoreException.Backend);
    } finally {
      executor.shutdown();
    }
    assertThat(store.resolveFromFingerprint(KEY_A)).isPresent();
  }

  /** A reader sees one state or the other, never the key of one with the scopes of the other. */
  @Test
  public void readersNeverSeeHalfAWrite() {
    PeerEntry one = peer("alice", KEY_A, KEY_C).scopes("one").build();
    PeerEntry two = peer("alice", KEY_B, KEY_C).scopes("two").build();
    put(one);
    ExecutorService executor = Executors.newSingleThreadExecutor();
    try {
      CompletableFuture<Void> writing =
          CompletableFuture.runAsync(
              () -> {
                for (int i = 0; i < 50; i++) {
                  put(two);
                  put(one);
                }
              },
              executor);
      do {
        assertThat(store.resolveFromFingerprint(KEY_A).stream()).allMatch(a -> a.hasScope("one"));
        assertThat(store.resolveFromFingerprint(KEY_B).stream()).allMatch(a -> a.hasScope("two"));
        assertThat(store.resolveFromFingerprint(KEY_C)).isPresent();
      } while (!writing.isDone());
      Await.result(writing);
    } finally {
      executor.shutdown();
    }
  }

  private void aliceAndBobAreUnchanged() {
    assertThat(store.resolveFromFingerprint(KEY_A)).contains(Identity.of("alice"));
    assertThat(store.resolveFromFingerprint(KEY_B)).contains(Identity.of("bob"));
  }

  private void put(PeerEntry peer) {
    Await.result(store.putPeer(peer));
  }

  private static StoreException refused(CompletionStage<Void> write) {
    return Await.failure(write, StoreException.Backend.class);
  }

  private static void awaitStart(CountDownLatch start) {
    try {
      start.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static PeerEntry.Builder peer(String id, String... fingerprints) {
    return PeerEntry.builder(id).fingerprints(fingerprints);
  }

  private static String key(int number) {
    return String.format("%s%064x", Fingerprints.ED25519_PREFIX, number);
  }

  private static String hash(String token) {
    return TokenHash.of(AuthToken.ofUtf8(token)).orElseThrow();
  }
}
