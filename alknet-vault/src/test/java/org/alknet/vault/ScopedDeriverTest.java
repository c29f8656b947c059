package org.alknet.vault;

import static org.alknet.vault.Vectors.ABANDON;
import static org.alknet.vault.Vectors.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ScopedDeriverTest {
  private static final DerivationPath WORKERS = DerivationPath.parse("m/74'/0'/0'/2'");
  private static final DerivationPath CREDENTIALS = DerivationPath.parse("m/74'/2'/0'");

  private final VaultServiceHandle vault = VaultServiceHandle.create();

  @BeforeEach
  void unlock() {
    vault.unlock(ABANDON.toCharArray(), null);
  }

  @AfterEach
  void lock() {
    vault.close();
  }

  @Test
  void scopeDerivesTheSameKeysAndOutlivesTheUnlockedVault() {
    DerivationPath below = DerivationPath.parse("m/74'/0'/0'/2'/5'/6'");
    String expected;
    try (DerivedKey key = vault.deriveEd25519(below)) {
      expected = hex(key.copyPrivateKey()) + hex(key.publicKey());
    }
    try (ScopedDeriver scope = vault.scopedDeriver(List.of(CREDENTIALS, WORKERS))) {
      vault.lock();
      try (DerivedKey key = scope.deriveEd25519(below);
          DerivedKey atPrefix = scope.deriveEd25519(WORKERS);
          DerivedKey aes = scope.deriveEncryptionKey(KeyPaths.encryptionForVersion(3))) {
        assertThat(hex(key.copyPrivateKey()) + hex(key.publicKey())).isEqualTo(expected);
        assertThat(key.keyType()).isEqualTo(KeyType.ED25519);
        assertThat(hex(atPrefix.copyPrivateKey())).startsWith("85510409");
        assertThat(hex(aes.copyPrivateKey())).startsWith("3ddaf7a4");
        assertThat(aes.keyType()).isEqualTo(KeyType.AES_256_GCM);
        assertThat(aes.publicKey()).isEmpty();
      }
    }
  }

  @Test
  void nothingOutsideTheScopeIsReachable() {
    try (ScopedDeriver scope = vault.scopedDeriver(List.of(WORKERS))) {
      for (String outside :
          List.of(
              "m", "m/74'", "m/74'/0'/0'", "m/74'/0'/0'/0'", "m/74'/0'/0'/3'", "m/74'/2'/0'/0'")) {
        DerivationPath path = DerivationPath.parse(outside);
        assertThatThrownBy(() -> scope.deriveEd25519(path))
            .isInstanceOfSatisfying(
                VaultException.class,
                e -> assertThat(e.kind()).isEqualTo(VaultException.Kind.INVALID_PATH));
        assertThatThrownBy(() -> scope.deriveEncryptionKey(path))
            .hasMessageContaining("outside the scope");
      }
      assertThatThrownBy(() -> scope.deriveEd25519(DerivationPath.parse("m/74'/0'/0'/2'/1")))
          .isInstanceOfSatisfying(
              VaultException.class,
              e -> assertThat(e.kind()).isEqualTo(VaultException.Kind.DERIVATION));
    }
  }

  @Test
  void closedScopeIsZeroAndRefuses() {
    ScopedDeriver scope = vault.scopedDeriver(List.of(WORKERS, CREDENTIALS));
    List<byte[]> arrays =
        scope.parents().stream().map(ExtendedPrivateKey::backingPrivateKey).toList();
    List<byte[]> chainCodes =
        scope.parents().stream().map(ExtendedPrivateKey::backingChainCode).toList();
    assertThat(scope.isDestroyed()).isFalse();
    assertThat(arrays).hasSize(2).allSatisfy(array -> assertThat(array).isNotEqualTo(new byte[32]));
    assertThat(chainCodes).hasSize(2);

    scope.destroy();

    assertThat(arrays).allSatisfy(array -> assertThat(array).containsOnly(0));
    assertThat(chainCodes).allSatisfy(array -> assertThat(array).containsOnly(0));
    assertThat(scope.isDestroyed()).isTrue();
    assertThatThrownBy(() -> scope.deriveEd25519(WORKERS))
        .isInstanceOf(IllegalStateException.class);
    assertThat(scope.prefixes()).containsExactly(WORKERS, CREDENTIALS);
    assertThat(scope)
        .hasToString("ScopedDeriver[prefixes=[m/74'/0'/0'/2', m/74'/2'/0'], [REDACTED]]");
  }

  @Test
  void scopesThatAreNoneAreRefused() {
    assertThatThrownBy(() -> vault.scopedDeriver(List.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> vault.scopedDeriver(List.of(WORKERS, DerivationPath.parse("m"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("master key");
    assertThatThrownBy(() -> vault.scopedDeriver(List.of(WORKERS, KeyPaths.ETHEREUM)))
        .isInstanceOfSatisfying(
            VaultException.class,
            e -> assertThat(e.kind()).isEqualTo(VaultException.Kind.DERIVATION));
  }
}
