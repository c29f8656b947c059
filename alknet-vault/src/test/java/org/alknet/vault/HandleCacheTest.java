package org.alknet.vault;

import static org.alknet.vault.Vectors.ABANDON;
import static org.alknet.vault.Vectors.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.alknet.vault.internal.DirectSecret;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HandleCacheTest {
  private final FakeNanoTime clock = new FakeNanoTime();
  private final VaultServiceHandle vault = handle(2);

  private VaultServiceHandle handle(int capacity) {
    return VaultServiceHandle.builder()
        .secp256k1(true)
        .cacheConfig(new CacheConfig(Duration.ofHours(1), capacity))
        .nanoTime(clock)
        .build();
  }

  @BeforeEach
  void unlock() {
    vault.unlock(ABANDON.toCharArray(), null);
  }

  @AfterEach
  void lock() {
    vault.close();
  }

  private int size() {
    return vault.state().inspectCache(KeyCache::size);
  }

  private boolean holds(KeyType type, DerivationPath path) {
    return vault.state().inspectCache(cache -> cache.peek(type, path).isPresent());
  }

  private byte[] backing(KeyType type, DerivationPath path) {
    return vault
        .state()
        .inspectCache(cache -> cache.peek(type, path).map(CachedKey::backingArray).orElseThrow());
  }

  @Test
  void firstDerivationFillsAndTheSecondHits() {
    assertThat(size()).isZero();
    vault.deriveEd25519(KeyPaths.IDENTITY).close();
    assertThat(size()).isEqualTo(1);
    byte[] cached = backing(KeyType.ED25519, KeyPaths.IDENTITY);
    vault.deriveEd25519("m/74h/0h/0h/0h").close();
    assertThat(size()).isEqualTo(1);
    assertThat(backing(KeyType.ED25519, KeyPaths.IDENTITY)).isSameAs(cached);
  }

  @Test
  void expiredEntryIsDerivedAgainToTheSameKey() {
    String first;
    try (DerivedKey key = vault.deriveEd25519(KeyPaths.IDENTITY)) {
      first = hex(key.copyPrivateKey());
    }
    byte[] old = backing(KeyType.ED25519, KeyPaths.IDENTITY);
    clock.advance(Duration.ofHours(1).plusNanos(1));
    try (DerivedKey key = vault.deriveEd25519(KeyPaths.IDENTITY)) {
      assertThat(hex(key.copyPrivateKey())).isEqualTo(first);
    }
    assertThat(size()).isEqualTo(1);
    assertThat(old).containsOnly(0);
    assertThat(backing(KeyType.ED25519, KeyPaths.IDENTITY)).isNotSameAs(old);
  }

  @Test
  void threePathsAtCapacityTwoEvictTheFirst() {
    vault.deriveEd25519(KeyPaths.device(1)).close();
    byte[] first = backing(KeyType.ED25519, KeyPaths.device(1));
    vault.deriveEd25519(KeyPaths.device(2)).close();
    vault.deriveEd25519(KeyPaths.device(3)).close();
    assertThat(holds(KeyType.ED25519, KeyPaths.device(1))).isFalse();
    assertThat(holds(KeyType.ED25519, KeyPaths.device(2))).isTrue();
    assertThat(holds(KeyType.ED25519, KeyPaths.device(3))).isTrue();
    assertThat(first).containsOnly(0);
  }

  @Test
  void lockEmptiesAndWipesSeedAndKeys() {
    vault.deriveEd25519(KeyPaths.IDENTITY).close();
    vault.deriveEncryptionKey(KeyPaths.ENCRYPTION).close();
    byte[] identity = backing(KeyType.ED25519, KeyPaths.IDENTITY);
    byte[] encryption = backing(KeyType.AES_256_GCM, KeyPaths.ENCRYPTION);
    DirectSecret seed = (DirectSecret) vault.state().whileUnlocked(keys -> keys.seed().store());
    assertThat(hex(seed.peekMemory())).startsWith("5eb00bbd");
    assertThat(hex(identity)).startsWith("603aa5c6");

    vault.lock();

    assertThat(size()).isZero();
    assertThat(seed.peekMemory()).containsOnly(0);
    assertThat(identity).containsOnly(0);
    assertThat(encryption).containsOnly(0);
  }

  @Test
  void closeWipesAsLockDoes() {
    vault.deriveEd25519(KeyPaths.IDENTITY).close();
    byte[] identity = backing(KeyType.ED25519, KeyPaths.IDENTITY);
    vault.close();
    assertThat(identity).containsOnly(0);
    assertThat(vault.isUnlocked()).isFalse();
  }

  @Test
  void refusedSeedIsWiped() {
    Seed second = Bip39.seedFromSentence(ABANDON.toCharArray(), null);
    assertFails(() -> vault.state().publish(second), VaultException.Kind.ALREADY_UNLOCKED);
    assertThat(((DirectSecret) second.store()).peekMemory()).containsOnly(0);
  }

  @Test
  void unexpectedSeedIsWiped() {
    vault.lock();
    Seed unexpected = Bip39.seedFromSentence(ABANDON.toCharArray(), null);
    assertFails(
        () -> vault.state().publishExpecting(unexpected, new byte[32]),
        VaultException.Kind.MNEMONIC);
    assertThat(((DirectSecret) unexpected.store()).peekMemory()).containsOnly(0);
    assertThat(vault.isUnlocked()).isFalse();
  }

  private static void assertFails(Runnable call, VaultException.Kind kind) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(VaultException.class, e -> assertThat(e.kind()).isEqualTo(kind));
  }

  @Test
  void encryptAndDecryptShareOneCachedKey() {
    assertThat(vault.decrypt(vault.encrypt("text", 2))).isEqualTo("text");
    assertThat(size()).isEqualTo(1);
    assertThat(holds(KeyType.AES_256_GCM, KeyPaths.ENCRYPTION)).isTrue();
    vault.deriveEncryptionKeyForVersion(2).close();
    assertThat(size()).isEqualTo(1);
  }

  @Test
  void evictExpiredWipesAtOnce() {
    vault.deriveEd25519(KeyPaths.IDENTITY).close();
    byte[] cached = backing(KeyType.ED25519, KeyPaths.IDENTITY);
    clock.advance(Duration.ofHours(1));
    vault.evictExpired();
    assertThat(size()).isEqualTo(1);
    clock.advanceNanos(1);
    vault.evictExpired();
    assertThat(size()).isZero();
    assertThat(cached).containsOnly(0);
  }

  @Test
  void returnedAndCachedKeysAreIndependent() {
    DerivedKey first = vault.deriveEd25519(KeyPaths.IDENTITY);
    DerivedKey second = vault.deriveEd25519(KeyPaths.IDENTITY);
    first.close();
    assertThat(hex(second.copyPrivateKey())).startsWith("603aa5c6");
    try (DerivedKey third = vault.deriveEd25519(KeyPaths.IDENTITY)) {
      assertThat(hex(third.copyPrivateKey())).startsWith("603aa5c6");
    }
    vault.lock();
    assertThat(hex(second.copyPrivateKey())).startsWith("603aa5c6");
    second.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"EAS", "ESA", "AES", "ASE", "SEA", "SAE"})
  void typesAtOnePathNeverMixInAnyOrder(String order) {
    String path = "m/74'/2'/0'/0'";
    Map<Character, String> expected =
        Map.of('E', "fbed5fa9", 'A', "fbed5fa9", 'S', secp256k1At(path).substring(0, 8));
    try (VaultServiceHandle fresh = handle(64)) {
      fresh.unlock(ABANDON.toCharArray(), null);
      for (int i = 0; i < 6; i++) {
        char type = order.charAt(i % 3);
        try (DerivedKey key = derive(fresh, type, path)) {
          assertThat(key.keyType()).isEqualTo(type(type));
          assertThat(hex(key.copyPrivateKey())).startsWith(expected.get(type));
          assertThat(key.publicKey()).hasSize(type(type).publicKeyBytes());
        }
      }
      assertThat(fresh.state().<Integer>inspectCache(KeyCache::size)).isEqualTo(3);
    }
  }

  private static String secp256k1At(String path) {
    try (Seed seed = Bip39.seedFromSentence(ABANDON.toCharArray(), null);
        Secp256k1ExtendedPrivateKey key = Bip32Secp256k1.derive(seed, DerivationPath.parse(path))) {
      return hex(key.copyPrivateKey());
    }
  }

  private static KeyType type(char letter) {
    return List.of(KeyType.values()).get("EAS".indexOf(letter));
  }

  private static DerivedKey derive(VaultServiceHandle vault, char letter, String path) {
    return switch (type(letter)) {
      case ED25519 -> vault.deriveEd25519(path);
      case AES_256_GCM -> vault.deriveEncryptionKey(path);
      case SECP256K1 -> vault.deriveEthereumKey(path);
    };
  }

  @Test
  void capacityZeroStillWorks() {
    try (VaultServiceHandle uncached = handle(0)) {
      uncached.unlock(ABANDON.toCharArray(), null);
      assertThat(uncached.decrypt(uncached.encrypt("text", 2))).isEqualTo("text");
      assertThat(uncached.state().<Integer>inspectCache(KeyCache::size)).isZero();
    }
  }

  @Test
  void passwordsAreNotCached() {
    PasswordDerivation.derive(vault, "m/74'/1'/0'/42'", 32).close();
    assertThat(size()).isZero();
  }
}
