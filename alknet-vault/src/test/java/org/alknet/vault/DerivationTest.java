package org.alknet.vault;

import static org.alknet.vault.Vectors.bytes;
import static org.alknet.vault.Vectors.chars;
import static org.alknet.vault.Vectors.hex;
import static org.alknet.vault.Vectors.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

final class DerivationTest {
  private static final byte[] SEED_16 = HexFormat.of().parseHex("000102030405060708090a0b0c0d0e0f");
  private static final BigInteger N =
      new BigInteger("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", 16);

  static Stream<Named<JsonNode>> slip10() {
    return Vectors.named("slip0010_ed25519", "id");
  }

  static Stream<Named<JsonNode>> bip32() {
    return Vectors.named("bip32_secp256k1", "id");
  }

  static Stream<Named<JsonNode>> trees() {
    return Vectors.named("alknet_tree", "id");
  }

  static Stream<Named<JsonNode>> ethereum() {
    return Vectors.named("ethereum", "id");
  }

  static Stream<Named<JsonNode>> rfc8032() {
    return Vectors.named("rfc8032_ed25519", "id");
  }

  private static byte[] padded(BigInteger value) {
    return HexFormat.of().parseHex(String.format("%064x", value));
  }

  private static Seed seed(JsonNode vector) {
    return Bip39.seedFromSentence(chars(vector, "mnemonic"), chars(vector, "passphrase"));
  }

  @ParameterizedTest
  @MethodSource("slip10")
  void slip10ChainsAreExact(JsonNode vector) {
    for (JsonNode link : vector.get("chain")) {
      DerivationPath path = DerivationPath.parse(text(link, "path"));
      try (ExtendedPrivateKey key = Slip10Ed25519.derive(bytes(vector, "seed"), path)) {
        assertThat(hex(key.copyPrivateKey())).isEqualTo(text(link, "private"));
        assertThat(hex(key.copyChainCode())).isEqualTo(text(link, "chain_code"));
        assertThat(hex(key.publicKey())).isEqualTo(text(link, "public"));
        assertThat(key.path()).isEqualTo(path);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("bip32")
  void bip32ChainsAreExact(JsonNode vector) {
    for (JsonNode link : vector.get("chain")) {
      DerivationPath path = DerivationPath.parse(text(link, "path"));
      try (Secp256k1ExtendedPrivateKey key = Bip32Secp256k1.derive(bytes(vector, "seed"), path)) {
        assertThat(hex(key.copyPrivateKey())).isEqualTo(text(link, "private"));
        assertThat(hex(key.copyChainCode())).isEqualTo(text(link, "chain_code"));
        assertThat(hex(key.publicKey())).isEqualTo(text(link, "public"));
        assertThat(hex(Base58.decodeChecked(text(link, "xprv"))))
            .endsWith(text(link, "chain_code") + "00" + text(link, "private"));
        assertThat(key.path()).isEqualTo(path);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("trees")
  void alknetTreeIsExact(JsonNode vector) {
    try (Seed seed = seed(vector)) {
      assertThat(hex(seed.copySeedBytes())).isEqualTo(text(vector, "seed"));
      for (JsonNode expected : vector.get("keys")) {
        DerivationPath path = DerivationPath.parse(text(expected, "path"));
        if (text(expected, "key_type").equals("Secp256k1")) {
          try (Secp256k1ExtendedPrivateKey key = Bip32Secp256k1.derive(seed, path)) {
            assertThat(hex(key.copyPrivateKey())).isEqualTo(text(expected, "private"));
            assertThat(hex(key.copyChainCode())).isEqualTo(text(expected, "chain_code"));
            assertThat(hex(key.publicKey())).isEqualTo(text(expected, "public"));
          }
        } else {
          try (ExtendedPrivateKey key = Slip10Ed25519.derive(seed, path)) {
            assertThat(hex(key.copyPrivateKey())).isEqualTo(text(expected, "private"));
            assertThat(hex(key.copyChainCode())).isEqualTo(text(expected, "chain_code"));
            assertThat(hex(key.publicKey())).isEqualTo(text(expected, "public"));
          }
        }
      }
    }
  }

  @Test
  void upstreamsOtherStandardIsNotReproduced() {
    JsonNode section = Vectors.section("upstream_actual_not_slip0010");
    try (Seed seed = seed(section)) {
      for (JsonNode wrong : section.get("keys")) {
        try (ExtendedPrivateKey key =
            Slip10Ed25519.derive(seed, DerivationPath.parse(text(wrong, "path")))) {
          assertThat(hex(key.copyPrivateKey())).isNotEqualTo(text(wrong, "private"));
          // At the master both standards hash the same secret, so the public keys coincide there.
          assertThat(hex(key.publicKey()).equals(text(wrong, "public")))
              .isEqualTo(key.path().depth() == 0);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("rfc8032")
  void publicKeyAndSignatureFollowRfc8032(JsonNode vector) {
    byte[] secret = bytes(vector, "secret");
    assertThat(hex(Slip10Ed25519.publicKey(secret))).isEqualTo(text(vector, "public"));
    assertThat(hex(sign(secret, bytes(vector, "message")))).isEqualTo(text(vector, "signature"));
  }

  @Test
  void everyDerivedPrivateKeySignsForItsPublicKey() {
    byte[] message = "alknet".getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < 50; i++) {
      try (ExtendedPrivateKey key = Slip10Ed25519.derive(SEED_16, KeyPaths.device(i))) {
        byte[] signature = sign(key.copyPrivateKey(), message);
        Ed25519Signer verifier = new Ed25519Signer();
        verifier.init(false, new Ed25519PublicKeyParameters(key.publicKey(), 0));
        verifier.update(message, 0, message.length);
        assertThat(verifier.verifySignature(signature)).isTrue();
      }
    }
  }

  @Test
  void unhardenedEd25519PathsAreRefused() {
    for (JsonNode path : Vectors.list("paths/ed25519_rejects_unhardened")) {
      assertThatThrownBy(() -> Slip10Ed25519.derive(SEED_16, DerivationPath.parse(path.asString())))
          .isInstanceOfSatisfying(
              VaultException.class,
              e -> assertThat(e.kind()).isEqualTo(VaultException.Kind.DERIVATION))
          .hasMessage("derivation error: Ed25519 requires hardened indices");
    }
  }

  @Test
  void leadingZeroKeysKeep32Bytes() {
    try (Seed seed = Bip39.seedFromSentence(Vectors.ABANDON.toCharArray(), null);
        ExtendedPrivateKey key = Slip10Ed25519.derive(seed, KeyPaths.device(546))) {
      assertThat(key.copyPrivateKey()).hasSize(32).startsWith(0);
    }
    byte[] tv3 = bytes(Vectors.list("bip32_secp256k1").get(2), "seed");
    try (Secp256k1ExtendedPrivateKey key = Bip32Secp256k1.master(tv3)) {
      assertThat(key.copyPrivateKey()).hasSize(32).startsWith(0);
    }
    // Children run through the arithmetic that drops zeros.
    byte[] one = padded(BigInteger.ONE);
    assertThat(Bip32Secp256k1.addScalars(one, one)).isEqualTo(padded(BigInteger.TWO));
    assertThat(Bip32Secp256k1.addScalars(one, padded(N.subtract(BigInteger.TWO))))
        .isEqualTo(padded(N.subtract(BigInteger.ONE)));
  }

  @Test
  void sumsWrapAtTheGroupOrder() {
    assertThat(
            Bip32Secp256k1.addScalars(
                padded(N.subtract(BigInteger.ONE)), padded(BigInteger.valueOf(3))))
        .isEqualTo(padded(BigInteger.TWO));
  }

  @Test
  void invalidScalarsAreAnError() {
    byte[] one = padded(BigInteger.ONE);
    for (byte[] tweak :
        List.of(padded(N), padded(N.add(BigInteger.ONE)), padded(N.subtract(BigInteger.ONE)))) {
      assertThatThrownBy(() -> Bip32Secp256k1.addScalars(tweak, one))
          .isInstanceOfSatisfying(
              VaultException.class,
              e -> assertThat(e.kind()).isEqualTo(VaultException.Kind.DERIVATION));
    }
    for (byte[] master :
        List.of(padded(BigInteger.ZERO), padded(N), padded(N.add(BigInteger.ONE)))) {
      assertThatThrownBy(() -> Bip32Secp256k1.requireScalar(master))
          .isInstanceOfSatisfying(
              VaultException.class,
              e -> assertThat(e.kind()).isEqualTo(VaultException.Kind.DERIVATION));
    }
    Bip32Secp256k1.requireScalar(one);
    Bip32Secp256k1.requireScalar(padded(N.subtract(BigInteger.ONE)));
  }

  @Test
  void seedLengthsOutsideTheRangeAreRefused() {
    DerivationPath master = DerivationPath.parse("m");
    for (int length : new int[] {0, 15, 65}) {
      assertThatThrownBy(() -> Slip10Ed25519.derive(new byte[length], master))
          .isInstanceOf(VaultException.class);
      assertThatThrownBy(() -> Bip32Secp256k1.derive(new byte[length], master))
          .isInstanceOf(VaultException.class);
    }
  }

  @Test
  void identityEncryptionAndHostKeysDifferPairwise() {
    Set<String> privates = new HashSet<>();
    Set<String> publics = new HashSet<>();
    for (DerivationPath path :
        List.of(
            KeyPaths.IDENTITY, KeyPaths.SSH_HOST, KeyPaths.ENCRYPTION, DerivationPath.parse("m"))) {
      try (ExtendedPrivateKey key = Slip10Ed25519.derive(SEED_16, path);
          ExtendedPrivateKey again = Slip10Ed25519.derive(SEED_16, path)) {
        assertThat(key.copyPrivateKey()).hasSize(32).isEqualTo(again.copyPrivateKey());
        assertThat(key.publicKey()).hasSize(32).isEqualTo(again.publicKey());
        assertThat(key.copyPrivateKey()).isNotEqualTo(new byte[32]);
        privates.add(hex(key.copyPrivateKey()));
        publics.add(hex(key.publicKey()));
      }
    }
    assertThat(privates).hasSize(4);
    assertThat(publics).hasSize(4);
  }

  @Test
  void secp256k1KeyMatchesItsPublicKeyAndDiffersFromEd25519() {
    try (Secp256k1ExtendedPrivateKey key = Bip32Secp256k1.derive(SEED_16, KeyPaths.IDENTITY);
        Secp256k1ExtendedPrivateKey again = Bip32Secp256k1.derive(SEED_16, KeyPaths.IDENTITY);
        ExtendedPrivateKey other = Slip10Ed25519.derive(SEED_16, KeyPaths.IDENTITY)) {
      assertThat(key.copyPrivateKey()).hasSize(32).isEqualTo(again.copyPrivateKey());
      assertThat(key.publicKey())
          .hasSize(33)
          .isEqualTo(Bip32Secp256k1.publicKey(key.copyPrivateKey()));
      assertThat(key.publicKey()[0]).isIn((byte) 2, (byte) 3);
      assertThat(key.copyPrivateKey()).isNotEqualTo(other.copyPrivateKey());
    }
  }

  @Test
  void descendingFromAParentReachesTheSameKeys() {
    try (ExtendedPrivateKey parent = Slip10Ed25519.derive(SEED_16, KeyPaths.DEVICE_PREFIX);
        ExtendedPrivateKey child = Slip10Ed25519.descend(parent, KeyPaths.device(7));
        ExtendedPrivateKey direct = Slip10Ed25519.derive(SEED_16, KeyPaths.device(7))) {
      assertThat(child.copyPrivateKey()).isEqualTo(direct.copyPrivateKey());
      assertThat(child.copyChainCode()).isEqualTo(direct.copyChainCode());
      assertThat(child.publicKey()).isEqualTo(direct.publicKey());
      assertThat(child.path()).isEqualTo(KeyPaths.device(7));
    }
  }

  @Test
  void extendedKeysAreZeroAfterClose() {
    ExtendedPrivateKey edwards = Slip10Ed25519.derive(SEED_16, KeyPaths.IDENTITY);
    Secp256k1ExtendedPrivateKey koblitz = Bip32Secp256k1.derive(SEED_16, KeyPaths.ETHEREUM);
    List<byte[]> arrays =
        List.of(
            edwards.backingPrivateKey(),
            edwards.backingChainCode(),
            koblitz.backingPrivateKey(),
            koblitz.backingChainCode());
    assertThat(arrays).allSatisfy(array -> assertThat(array).isNotEqualTo(new byte[32]));
    assertThat(edwards.isDestroyed() || koblitz.isDestroyed()).isFalse();

    edwards.destroy();
    koblitz.destroy();

    assertThat(arrays).allSatisfy(array -> assertThat(array).hasSize(32).containsOnly(0));
    assertThat(edwards.isDestroyed() && koblitz.isDestroyed()).isTrue();
    assertThatThrownBy(edwards::copyPrivateKey).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(koblitz::copyChainCode).isInstanceOf(IllegalStateException.class);
    assertThat(edwards.publicKey()).hasSize(32);
    assertThat(edwards.toString()).contains("m/74'/0'/0'/0'", "[REDACTED]");
    assertThat(koblitz.toString()).contains("m/44'/60'/0'/0/0", "[REDACTED]");
  }

  @ParameterizedTest
  @MethodSource("ethereum")
  void ethereumKeysAndAddressesAreExact(JsonNode vector) {
    try (Seed seed = seed(vector);
        Secp256k1ExtendedPrivateKey key =
            Bip32Secp256k1.derive(seed, DerivationPath.parse(text(vector, "path")))) {
      assertThat(hex(key.copyPrivateKey())).isEqualTo(text(vector, "private"));
      assertThat(hex(key.publicKey())).isEqualTo(text(vector, "public"));
      assertThat(EthereumAddress.fromPublicKey(key.publicKey()))
          .hasToString(text(vector, "address"));
    }
  }

  @Test
  void ethereumAddressIsAValueAndRefusesOtherBytes() {
    byte[] compressed = Bip32Secp256k1.publicKey(padded(BigInteger.ONE));
    EthereumAddress address = EthereumAddress.fromPublicKey(compressed);
    // The address of the generator point is published with EIP-55 case in many places.
    assertThat(address).hasToString("0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf");
    assertThat(address)
        .isEqualTo(EthereumAddress.fromPublicKey(compressed))
        .hasSameHashCodeAs(EthereumAddress.fromPublicKey(compressed))
        .isNotEqualTo(
            EthereumAddress.fromPublicKey(Bip32Secp256k1.publicKey(padded(BigInteger.TWO))))
        .isNotEqualTo("0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf");
    byte[] notOnCurve = new byte[33];
    notOnCurve[0] = 2;
    notOnCurve[32] = 5;
    for (byte[] bad :
        List.of(new byte[0], new byte[1], new byte[32], new byte[33], notOnCurve, new byte[65])) {
      assertThatThrownBy(() -> EthereumAddress.fromPublicKey(bad))
          .isInstanceOfSatisfying(
              VaultException.class,
              e -> assertThat(e.kind()).isEqualTo(VaultException.Kind.DERIVATION));
    }
  }

  private static byte[] sign(byte[] secret, byte[] message) {
    Ed25519Signer signer = new Ed25519Signer();
    signer.init(true, new Ed25519PrivateKeyParameters(secret, 0));
    signer.update(message, 0, message.length);
    return signer.generateSignature();
  }
}
