package org.alknet.vault;

import static org.alknet.vault.Vectors.ABANDON;
import static org.alknet.vault.Vectors.LEGAL;
import static org.alknet.vault.Vectors.hex;
import static org.alknet.vault.Vectors.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.alknet.vault.VaultException.Kind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

final class VaultServiceHandleTest {
  private static final char[] PHRASE = ABANDON.toCharArray();
  private static final char[] TREZOR = "TREZOR".toCharArray();

  private final VaultServiceHandle vault = VaultServiceHandle.builder().secp256k1(true).build();

  @AfterEach
  void lock() {
    vault.close();
  }

  static Stream<Named<JsonNode>> trees() {
    return Vectors.named("alknet_tree", "id");
  }

  private static void assertKind(Kind kind, Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(VaultException.class, e -> assertThat(e.kind()).isEqualTo(kind))
        .hasNoCause()
        .hasNoSuppressedExceptions();
  }

  private static String identity(VaultServiceHandle vault) {
    try (DerivedKey key = vault.deriveEd25519(KeyPaths.IDENTITY)) {
      return hex(key.copyPrivateKey());
    }
  }

  private static List<Runnable> operations(VaultServiceHandle vault, long version) {
    EncryptedData blob = new EncryptedData(version, "", "", "");
    return List.of(
        () -> vault.deriveEd25519(KeyPaths.IDENTITY),
        () -> vault.deriveEd25519("no path at all"),
        () -> vault.deriveEncryptionKey(KeyPaths.ENCRYPTION),
        () -> vault.deriveEncryptionKey("no path at all"),
        () -> vault.deriveEncryptionKeyForVersion(version),
        () -> vault.encrypt("text", version),
        () -> vault.encrypt("\ud800", version),
        () -> vault.encrypt(new char[0], version),
        () -> vault.encrypt(new byte[] {-1}, version),
        () -> vault.decrypt(blob),
        () -> vault.decryptToBytes(blob),
        () -> vault.rotate(blob, version),
        () -> vault.scopedDeriver(List.of(KeyPaths.IDENTITY)),
        () -> PasswordDerivation.derive(vault, "no path at all", 16));
  }

  @Test
  void startsLocked() {
    assertThat(vault.isUnlocked()).isFalse();
    assertThat(vault).hasToString("VaultServiceHandle[locked]");
  }

  @Test
  void unlockNewReturnsAPhraseThatUnlocksTheSameKeys() {
    String first;
    char[] phrase;
    try (SecretChars shown = vault.unlockNew(24)) {
      assertThat(vault.isUnlocked()).isTrue();
      phrase = shown.copyChars();
      first = identity(vault);
    }
    assertThat(new String(phrase).split(" ", -1)).hasSize(24);
    vault.lock();
    vault.unlock(phrase, null);
    assertThat(identity(vault)).isEqualTo(first);
  }

  @Test
  void unlockNewTakesAPassphrase() {
    try (SecretChars shown = vault.unlockNew(12, TREZOR)) {
      String first = identity(vault);
      vault.lock();
      vault.unlock(shown.copyChars(), null);
      assertThat(identity(vault)).isNotEqualTo(first);
      vault.lock();
      vault.unlock(shown.copyChars(), TREZOR);
      assertThat(identity(vault)).isEqualTo(first);
    }
  }

  @Test
  void badWordCountLeavesTheVaultLocked() {
    assertKind(Kind.MNEMONIC, () -> vault.unlockNew(13));
    assertThat(vault.isUnlocked()).isFalse();
  }

  @Test
  void everyOperationNeedsAnUnlockedVault() {
    for (Runnable operation : operations(vault, 2)) {
      assertKind(Kind.VAULT_LOCKED, operation);
    }
    assertKind(Kind.VAULT_LOCKED, () -> vault.deriveEthereumKey(KeyPaths.ETHEREUM));
    assertKind(Kind.VAULT_LOCKED, () -> vault.deriveEthereumKey("no path at all"));
  }

  @Test
  void lockIsCheckedBeforeTheVersion() {
    for (long version : new long[] {0, 1, 4_294_967_295L}) {
      for (Runnable operation : operations(vault, version)) {
        assertKind(Kind.VAULT_LOCKED, operation);
      }
    }
  }

  @Test
  void fullCycleRepeats() {
    for (int i = 0; i < 3; i++) {
      assertThat(vault.isUnlocked()).isFalse();
      vault.unlock(PHRASE, null);
      assertThat(vault.isUnlocked()).isTrue();
      assertThat(vault).hasToString("VaultServiceHandle[unlocked]");
      assertThat(identity(vault)).startsWith("603aa5c6");
      vault.lock();
    }
    vault.lock();
    assertThat(vault.isUnlocked()).isFalse();
  }

  @Test
  void secondUnlockFailsBeforeThePhraseIsLookedAt() {
    vault.unlock(PHRASE, null);
    assertKind(Kind.ALREADY_UNLOCKED, () -> vault.unlock(LEGAL.toCharArray(), null));
    assertKind(Kind.ALREADY_UNLOCKED, () -> vault.unlock("no phrase".toCharArray(), null));
    assertKind(Kind.ALREADY_UNLOCKED, () -> vault.unlockNew(12));
    assertKind(Kind.ALREADY_UNLOCKED, () -> vault.unlockNew(13));
    assertKind(Kind.ALREADY_UNLOCKED, () -> vault.unlockExpecting(new char[0], null, new byte[32]));
    assertKind(Kind.ALREADY_UNLOCKED, () -> vault.unlockExpecting(new char[0], null, new byte[31]));
    assertThat(identity(vault)).startsWith("603aa5c6");
  }

  @Test
  void failedUnlockLeavesTheVaultLockedAndUsable() {
    for (JsonNode rejected : Vectors.list("bip39/rejected")) {
      assertKind(Kind.MNEMONIC, () -> vault.unlock(text(rejected, "input").toCharArray(), null));
      assertThat(vault.isUnlocked()).isFalse();
    }
    assertKind(Kind.MNEMONIC, () -> vault.unlock(PHRASE, new char[] {'\ud800'}));
    assertThat(vault.isUnlocked()).isFalse();
    vault.unlock(PHRASE, null);
    assertThat(identity(vault)).startsWith("603aa5c6");
  }

  @Test
  void callersArraysAreLeftAlone() {
    char[] phrase = PHRASE.clone();
    char[] passphrase = TREZOR.clone();
    vault.unlock(phrase, passphrase);
    assertThat(new String(phrase)).isEqualTo(ABANDON);
    assertThat(new String(passphrase)).isEqualTo("TREZOR");
  }

  @Test
  void passphraseSelectsAnotherKeySet() {
    vault.unlock(PHRASE, TREZOR);
    assertThat(identity(vault)).startsWith("ea060192");
    vault.lock();
    vault.unlock(PHRASE, new char[0]);
    String none = identity(vault);
    try (VaultServiceHandle second = VaultServiceHandle.create()) {
      second.unlock(PHRASE, null);
      assertThat(identity(second)).isEqualTo(none);
    }
  }

  @Test
  void unlockExpectingOpensTheRightKeySetOnly() {
    byte[] expected;
    vault.unlock(PHRASE, TREZOR);
    try (DerivedKey key = vault.deriveEd25519(KeyPaths.IDENTITY)) {
      expected = key.publicKey();
    }
    vault.lock();

    assertKind(Kind.MNEMONIC, () -> vault.unlockExpecting(PHRASE, null, expected));
    assertThat(vault.isUnlocked()).isFalse();
    assertKind(
        Kind.MNEMONIC, () -> vault.unlockExpecting("no phrase".toCharArray(), null, expected));
    assertThat(vault.isUnlocked()).isFalse();
    assertThatThrownBy(() -> vault.unlockExpecting(PHRASE, TREZOR, new byte[31]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("got 31");

    vault.unlockExpecting(PHRASE, TREZOR, expected);
    assertThat(identity(vault)).startsWith("ea060192");
  }

  @ParameterizedTest
  @MethodSource("trees")
  void everyKeyOfTheTreeIsExactThroughTheHandle(JsonNode tree) {
    vault.unlock(text(tree, "mnemonic").toCharArray(), text(tree, "passphrase").toCharArray());
    for (JsonNode expected : tree.get("keys")) {
      String path = text(expected, "path");
      KeyType type =
          Stream.of(KeyType.values())
              .filter(t -> t.wireName().equals(text(expected, "key_type")))
              .findFirst()
              .orElseThrow();
      for (int round = 0; round < 2; round++) {
        try (DerivedKey key = derive(type, path)) {
          assertThat(key.keyType()).isEqualTo(type);
          assertThat(hex(key.copyPrivateKey())).isEqualTo(text(expected, "private"));
          assertThat(hex(key.publicKey()))
              .isEqualTo(type == KeyType.AES_256_GCM ? "" : text(expected, "public"));
        }
      }
    }
  }

  private DerivedKey derive(KeyType type, String path) {
    return switch (type) {
      case ED25519 -> vault.deriveEd25519(path);
      case AES_256_GCM -> vault.deriveEncryptionKey(path);
      case SECP256K1 -> vault.deriveEthereumKey(path);
    };
  }

  @Test
  void handleAgreesWithDirectDerivation() {
    vault.unlock(PHRASE, null);
    try (DerivedKey key = vault.deriveEd25519(KeyPaths.SSH_HOST);
        Seed seed = Bip39.seedFromSentence(PHRASE, null);
        ExtendedPrivateKey direct = Slip10Ed25519.derive(seed, KeyPaths.SSH_HOST)) {
      assertThat(key.keyType()).isEqualTo(KeyType.ED25519);
      assertThat(key.copyPrivateKey()).isEqualTo(direct.copyPrivateKey());
      assertThat(key.publicKey()).isEqualTo(direct.publicKey());
    }
  }

  @Test
  void malformedAndUnhardenedPathsKeepTheVaultUsable() {
    vault.unlock(PHRASE, null);
    for (JsonNode path : Vectors.list("paths/parse_rejected_by_port")) {
      assertKind(Kind.INVALID_PATH, () -> vault.deriveEd25519(path.asString()));
      assertKind(Kind.INVALID_PATH, () -> vault.deriveEncryptionKey(path.asString()));
      assertKind(Kind.INVALID_PATH, () -> vault.deriveEthereumKey(path.asString()));
    }
    for (JsonNode path : Vectors.list("paths/ed25519_rejects_unhardened")) {
      assertKind(Kind.DERIVATION, () -> vault.deriveEd25519(path.asString()));
      assertKind(Kind.DERIVATION, () -> vault.deriveEncryptionKey(path.asString()));
    }
    assertThat(identity(vault)).startsWith("603aa5c6");
  }

  @Test
  void secp256k1IsOffByDefaultInEitherState() {
    try (VaultServiceHandle plain = VaultServiceHandle.create()) {
      assertKind(Kind.UNSUPPORTED_KEY_TYPE, () -> plain.deriveEthereumKey("not even a path"));
      assertKind(Kind.UNSUPPORTED_KEY_TYPE, () -> plain.deriveEthereumKey(KeyPaths.ETHEREUM));
      plain.unlock(PHRASE, null);
      assertKind(Kind.UNSUPPORTED_KEY_TYPE, () -> plain.deriveEthereumKey(KeyPaths.ETHEREUM));
    }
  }

  @Test
  void ethereumKeyHasItsType() {
    vault.unlock(PHRASE, null);
    try (DerivedKey key = vault.deriveEthereumKey(KeyPaths.ETHEREUM)) {
      assertThat(key.keyType()).isEqualTo(KeyType.SECP256K1);
      assertThat(key.publicKey()).hasSize(33);
      assertThat(EthereumAddress.fromPublicKey(key.publicKey()))
          .hasToString("0x9858EfFD232B4033E47d90003D41EC34EcaEda94");
    }
  }

  @Test
  void keyVersionsSelectTheirPaths() {
    vault.unlock(PHRASE, null);
    try (DerivedKey two = vault.deriveEncryptionKeyForVersion(2);
        DerivedKey byPath = vault.deriveEncryptionKey(KeyPaths.ENCRYPTION);
        DerivedKey three = vault.deriveEncryptionKeyForVersion(3)) {
      assertThat(two.keyType()).isEqualTo(KeyType.AES_256_GCM);
      assertThat(two.copyPrivateKey()).isEqualTo(byPath.copyPrivateKey());
      assertThat(two.copyPrivateKey()).isNotEqualTo(three.copyPrivateKey());
    }
    for (long version : new long[] {-1, 0, 1, 2_147_483_650L}) {
      assertKind(Kind.INVALID_PATH, () -> vault.deriveEncryptionKeyForVersion(version));
      assertKind(Kind.INVALID_PATH, () -> vault.encrypt("text", version));
    }
  }

  @Test
  void versionTwoIsStampedAndRotationToThreeKeepsBothReadable() {
    vault.unlock(PHRASE, null);
    EncryptedData two = vault.encrypt("text", EncryptedData.CURRENT_KEY_VERSION);
    assertThat(two.keyVersion()).isEqualTo(2);
    EncryptedData three = vault.rotate(two, 3);
    assertThat(three.keyVersion()).isEqualTo(3);
    assertThat(three.data()).isNotEqualTo(two.data());
    assertThat(vault.decrypt(three)).isEqualTo("text");
    assertThat(vault.decrypt(two)).isEqualTo("text");
  }

  @Test
  void rotationToTheSameOrALowerVersionIsAllowed() {
    vault.unlock(PHRASE, null);
    EncryptedData four = vault.encrypt("text", 4);
    EncryptedData again = vault.rotate(four, 4);
    assertThat(again.keyVersion()).isEqualTo(4);
    assertThat(again.iv()).isNotEqualTo(four.iv());
    assertThat(vault.decrypt(vault.rotate(again, 2))).isEqualTo("text");
  }

  @Test
  void rotationKeysBelongToTheirVersionsAndAreWiped() {
    vault.unlock(PHRASE, null);
    BlobService blobs =
        new BlobService(vault.state(), target -> {}, new VaultLog(new RecordingLogger()));
    byte[] from;
    byte[] to;
    try (BlobService.RotationKeys keys = blobs.rotationKeys(2, 3)) {
      from = keys.from.backingArray();
      to = keys.to.backingArray();
      assertThat(hex(from)).startsWith("fbed5fa9");
      assertThat(hex(to)).startsWith("3ddaf7a4");
    }
    assertThat(from).containsOnly(0);
    assertThat(to).containsOnly(0);
  }

  @Test
  void decryptAfterLockFails() {
    vault.unlock(PHRASE, null);
    EncryptedData blob = vault.encrypt("text", 2);
    vault.lock();
    assertKind(Kind.VAULT_LOCKED, () -> vault.decrypt(blob));
    vault.unlock(PHRASE, null);
    assertThat(vault.decrypt(blob)).isEqualTo("text");
  }

  @Test
  void nullArgumentsAreMisuseAtOnce() {
    assertThatThrownBy(() -> vault.unlock(TestNulls.of(), null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("phrase");
    assertThatThrownBy(() -> vault.decrypt(TestNulls.of()))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("blob");
    assertThatThrownBy(() -> vault.deriveEd25519(TestNulls.<String>of()))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("path");
  }

  @Test
  void builderRefusesAZeroIdleTime() {
    assertThatThrownBy(() -> VaultServiceHandle.builder().autoLockAfter(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("autoLockAfter");
    assertThatThrownBy(() -> VaultServiceHandle.builder().autoLockAfter(Duration.ofNanos(-1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  @Timeout(60)
  void everyOperationLetsOtherThreadsIn() throws Exception {
    List<Runnable> steps =
        List.of(
            () -> vault.unlock(PHRASE, null),
            () -> identity(vault),
            () -> vault.evictExpired(),
            () -> vault.state().<Integer>inspectCache(KeyCache::size),
            () -> vault.lock(),
            () -> vault.lock());
    for (Runnable step : steps) {
      step.run();
      // A lock that was not released would block every thread but this one.
      CompletableFuture<Boolean> other = new CompletableFuture<>();
      Thread thread = new Thread(() -> other.complete(vault.isUnlocked()));
      thread.setDaemon(true);
      thread.start();
      assertThat(other.get(20, TimeUnit.SECONDS)).isEqualTo(vault.isUnlocked());
    }
  }

  @Test
  void loggerThatThrowsChangesNoOutcome() {
    VaultServiceHandle logged = VaultServiceHandle.builder().logger(new FailingLogger()).build();
    try (SecretChars phrase = logged.unlockNew(12)) {
      assertThat(logged.isUnlocked()).isTrue();
      assertThat(phrase.length()).isPositive();
    }
    assertThat(logged.decrypt(logged.rotate(logged.encrypt("text", 2), 3))).isEqualTo("text");
    logged.lock();
    assertThat(logged.isUnlocked()).isFalse();
  }

  @Test
  void lifecycleIsLoggedWithoutSecrets() {
    RecordingLogger logger = new RecordingLogger();
    VaultServiceHandle logged = VaultServiceHandle.builder().logger(logger).build();
    logged.lock();
    logged.unlock(PHRASE, TREZOR);
    logged.rotate(logged.encrypt("plain credential", 2), 3);
    logged.lock();
    logged.close();
    assertThat(logger.lines())
        .containsExactly(
            "INFO event=vault_unlocked",
            "DEBUG event=blob_rotated from=2 to=3",
            "INFO event=vault_locked");
  }
}
