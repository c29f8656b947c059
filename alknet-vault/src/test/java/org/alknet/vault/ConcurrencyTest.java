package org.alknet.vault;

import static org.alknet.vault.Vectors.ABANDON;
import static org.alknet.vault.Vectors.LEGAL;
import static org.alknet.vault.Vectors.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.alknet.vault.VaultException.Kind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("slow")
@Timeout(120)
final class ConcurrencyTest {
  private static final String IDENTITY_OF_ABANDON = identityOf(ABANDON);
  private static final String IDENTITY_OF_LEGAL = identityOf(LEGAL);

  private final VaultServiceHandle vault = VaultServiceHandle.create();
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void stop() throws InterruptedException {
    threads.shutdownNow();
    assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    vault.close();
  }

  private static String identityOf(String phrase) {
    try (VaultServiceHandle vault = VaultServiceHandle.create()) {
      vault.unlock(phrase.toCharArray(), null);
      return identity(vault);
    }
  }

  private static String identity(VaultServiceHandle vault) {
    try (DerivedKey key = vault.deriveEd25519(KeyPaths.IDENTITY)) {
      assertThat(Slip10Ed25519.publicKey(key.copyPrivateKey())).isEqualTo(key.publicKey());
      return hex(key.copyPrivateKey());
    }
  }

  private static EncryptedData encryptedUnder(String phrase) {
    try (VaultServiceHandle vault = VaultServiceHandle.create()) {
      vault.unlock(phrase.toCharArray(), null);
      return vault.encrypt("credential of " + phrase, 2);
    }
  }

  private static String decryptedUnder(String phrase, EncryptedData blob) {
    try (VaultServiceHandle vault = VaultServiceHandle.create()) {
      vault.unlock(phrase.toCharArray(), null);
      return vault.decrypt(blob);
    }
  }

  @Test
  void everyResultBelongsToOneOfTwoAlternatingSeeds() throws Exception {
    EncryptedData blob = encryptedUnder(ABANDON);
    ConcurrentLinkedQueue<EncryptedData> rotated = new ConcurrentLinkedQueue<>();
    ConcurrentLinkedQueue<EncryptedData> encrypted = new ConcurrentLinkedQueue<>();
    AtomicBoolean done = new AtomicBoolean();
    List<Future<Integer>> workers = new ArrayList<>();
    workers.add(
        threads.submit(
            repeating(
                done,
                () -> assertThat(identity(vault)).isIn(IDENTITY_OF_ABANDON, IDENTITY_OF_LEGAL))));
    workers.add(
        threads.submit(repeating(done, () -> encrypted.add(vault.encrypt("fresh text", 2)))));
    workers.add(
        threads.submit(
            repeating(
                done,
                () -> assertThat(vault.decrypt(blob)).isEqualTo("credential of " + ABANDON))));
    workers.add(threads.submit(repeating(done, () -> rotated.add(vault.rotate(blob, 3)))));

    for (int i = 0; i < 150; i++) {
      vault.unlock((i % 2 == 0 ? ABANDON : LEGAL).toCharArray(), null);
      Thread.onSpinWait();
      vault.lock();
    }
    // Short unlocked phases may leave a slow machine without a single success.
    vault.unlock(ABANDON.toCharArray(), null);
    while (rotated.isEmpty() || encrypted.isEmpty()) {
      Thread.onSpinWait();
    }
    done.set(true);

    for (Future<Integer> worker : workers) {
      assertThat(worker.get(60, TimeUnit.SECONDS)).isPositive();
    }
    // A rotation that mixed seeds would be readable by nobody under the first one.
    rotated.stream()
        .limit(100)
        .forEach(
            each ->
                assertThat(decryptedUnder(ABANDON, each)).isEqualTo("credential of " + ABANDON));
    try (VaultServiceHandle abandon = VaultServiceHandle.create();
        VaultServiceHandle legal = VaultServiceHandle.create()) {
      abandon.unlock(ABANDON.toCharArray(), null);
      legal.unlock(LEGAL.toCharArray(), null);
      encrypted.forEach(
          each -> assertThat(readableBy(abandon, each) ^ readableBy(legal, each)).isTrue());
    }
  }

  @Test
  void rotationFetchesBothKeysUnderOneAcquisition() {
    // Between two acquisitions another thread could lock and unlock with another seed, which the
    // races above meet too rarely to notice. Each acquisition reads the idle clock once.
    AtomicLong acquisitions = new AtomicLong();
    IdleLock.Timer never =
        new IdleLock.Timer() {
          @Override
          public void schedule(Runnable task, long delayNanos) {}

          @Override
          public void stop() {}
        };
    VaultLog log = new VaultLog(new RecordingLogger());
    VaultState state =
        new VaultState(
            new KeyCache(CacheConfig.defaults(), System::nanoTime),
            Optional.of(new IdleLock(Duration.ofDays(1), acquisitions::incrementAndGet, never)),
            log);
    BlobService blobs = new BlobService(state, target -> {}, log);
    state.publish(Seed.of(new byte[64]));
    EncryptedData blob = blobs.encrypt(2, () -> new byte[] {'a'}, true);
    acquisitions.set(0);

    EncryptedData rotated = blobs.rotate(blob, 3);

    assertThat(acquisitions).hasValue(1);
    assertThat(blobs.decrypt(rotated)).isEqualTo("a");
    state.lock();
  }

  private static boolean readableBy(VaultServiceHandle vault, EncryptedData blob) {
    try {
      return vault.decrypt(blob).equals("fresh text");
    } catch (VaultException e) {
      return false;
    }
  }

  /** Counts rounds; allows a locked vault and, for foreign blobs, the decryption failure. */
  private static Callable<Integer> repeating(AtomicBoolean done, Runnable work) {
    Set<Kind> allowed = Set.of(Kind.VAULT_LOCKED, Kind.ENCRYPTION);
    return () -> {
      int rounds = 0;
      while (!done.get()) {
        try {
          work.run();
        } catch (VaultException e) {
          assertThat(e.kind()).isIn(allowed);
        }
        rounds++;
      }
      return rounds;
    };
  }

  @Test
  void ofTwoConcurrentUnlocksExactlyOneSucceeds() throws Exception {
    for (int round = 0; round < 60; round++) {
      CyclicBarrier start = new CyclicBarrier(2);
      List<Future<Boolean>> attempts = new ArrayList<>();
      for (String phrase : List.of(ABANDON, LEGAL)) {
        attempts.add(
            threads.submit(
                () -> {
                  start.await(30, TimeUnit.SECONDS);
                  try {
                    vault.unlock(phrase.toCharArray(), null);
                    return true;
                  } catch (VaultException e) {
                    assertThat(e.kind()).isEqualTo(Kind.ALREADY_UNLOCKED);
                    return false;
                  }
                }));
      }
      boolean first = attempts.get(0).get(30, TimeUnit.SECONDS);
      boolean second = attempts.get(1).get(30, TimeUnit.SECONDS);
      assertThat(first ^ second).isTrue();
      assertThat(identity(vault)).isEqualTo(first ? IDENTITY_OF_ABANDON : IDENTITY_OF_LEGAL);
      vault.lock();
    }
  }

  @Test
  void nothingSucceedsAfterLockReturned() throws Exception {
    AtomicBoolean done = new AtomicBoolean();
    List<Future<Integer>> workers = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      workers.add(threads.submit(repeating(done, () -> identity(vault))));
    }
    for (int i = 0; i < 50; i++) {
      vault.unlock(ABANDON.toCharArray(), null);
      vault.lock();
      assertThatThrownBy(() -> identity(vault)).hasMessageContaining("vault is locked");
      int cached = vault.state().inspectCache(KeyCache::size);
      assertThat(cached).isZero();
    }
    done.set(true);
    for (Future<Integer> worker : workers) {
      assertThat(worker.get(30, TimeUnit.SECONDS)).isPositive();
    }
  }

  @Test
  void vaultSurvivesAThreadThatDiedInsideTheLock() throws Exception {
    vault.unlock(ABANDON.toCharArray(), null);
    Future<Object> doomed =
        threads.submit(
            () ->
                vault
                    .state()
                    .whileUnlocked(
                        keys -> {
                          throw new AssertionError("died holding the lock");
                        }));
    assertThatThrownBy(() -> doomed.get(30, TimeUnit.SECONDS))
        .hasRootCauseMessage("died holding the lock");

    Future<String> next = threads.submit(() -> identity(vault));
    assertThat(next.get(30, TimeUnit.SECONDS)).isEqualTo(IDENTITY_OF_ABANDON);
    vault.lock();
    assertThat(vault.isUnlocked()).isFalse();
  }

  @Test
  void failingRandomSourceLeavesTheVaultUsable() {
    AtomicBoolean broken = new AtomicBoolean(true);
    try (VaultServiceHandle fragile =
        VaultServiceHandle.builder()
            .random(
                target -> {
                  if (broken.get()) {
                    throw new IllegalStateException("no entropy");
                  }
                })
            .build()) {
      assertThatThrownBy(() -> fragile.unlockNew(12)).hasMessage("no entropy");
      assertThat(fragile.isUnlocked()).isFalse();
      fragile.unlock(ABANDON.toCharArray(), null);
      assertThatThrownBy(() -> fragile.encrypt("text", 2)).hasMessage("no entropy");
      broken.set(false);
      assertThat(fragile.decrypt(fragile.encrypt("text", 2))).isEqualTo("text");
    }
  }

  @Test
  void manyThreadsShareOneCachedKey() throws Exception {
    vault.unlock(ABANDON.toCharArray(), null);
    Map<KeyType, List<Future<String>>> results = new EnumMap<>(KeyType.class);
    for (KeyType type : List.of(KeyType.ED25519, KeyType.AES_256_GCM)) {
      results.put(type, new ArrayList<>());
      for (int i = 0; i < 50; i++) {
        results.get(type).add(threads.submit(() -> derived(type)));
      }
    }
    for (List<Future<String>> futures : results.values()) {
      for (Future<String> future : futures) {
        assertThat(future.get(30, TimeUnit.SECONDS)).isEqualTo(IDENTITY_OF_ABANDON);
      }
    }
  }

  private String derived(KeyType type) {
    try (DerivedKey key =
        type == KeyType.ED25519
            ? vault.deriveEd25519(KeyPaths.IDENTITY)
            : vault.deriveEncryptionKey(KeyPaths.IDENTITY)) {
      return hex(key.copyPrivateKey());
    }
  }
}
