package org.alknet.core.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;
import org.alknet.core.internal.der.Ed25519Der;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Ed25519SecretKeyTest {
  private static final HexFormat HEX = HexFormat.of();

  /** RFC 8032 section 7.1, tests 1 to 3. */
  @ParameterizedTest
  @CsvSource({
    "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60,"
        + "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a,"
        + "'',"
        + "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
        + "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb,"
        + "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c,"
        + "72,"
        + "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7,"
        + "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025,"
        + "af82,"
        + "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
        + "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
  })
  void keysAndSignaturesMatchThePublishedVectors(
      String seed, String publicKey, String message, String signature) {
    Ed25519SecretKey key = Ed25519SecretKey.ofSeed(HEX.parseHex(seed));

    assertThat(HEX.formatHex(key.publicKey())).isEqualTo(publicKey);
    assertThat(HEX.formatHex(key.sign(HEX.parseHex(message)))).isEqualTo(signature);
  }

  @Test
  void seedSurvivesARoundTrip() {
    Ed25519SecretKey key = Ed25519SecretKey.generate();
    Ed25519SecretKey again = Ed25519SecretKey.ofSeed(key.revealSeed());

    assertThat(again.revealSeed()).isEqualTo(key.revealSeed()).hasSize(32);
    assertThat(again.publicKey()).isEqualTo(key.publicKey()).hasSize(32);
    assertThat(again.fingerprint())
        .isEqualTo("ed25519:" + HEX.formatHex(key.publicKey()))
        .hasSize(72);
  }

  @Test
  void signatureVerifiesAndATamperedMessageDoesNot() throws Exception {
    Ed25519SecretKey key = Ed25519SecretKey.generate();
    byte[] message = {1, 2, 3};
    byte[] signature = key.sign(message);

    assertThat(signature).hasSize(64);
    assertThat(verifies(key.publicKey(), message, signature)).isTrue();
    assertThat(verifies(key.publicKey(), new byte[] {1, 2, 4}, signature)).isFalse();
    assertThat(verifies(Ed25519SecretKey.generate().publicKey(), message, signature)).isFalse();
  }

  @Test
  void stringFormShowsNoKeyBytes() {
    Ed25519SecretKey key = Ed25519SecretKey.generate();

    assertThat(key.toString()).isEqualTo("Ed25519SecretKey[REDACTED]");
    assertThat(new TlsIdentity.RawKey(key).toString())
        .contains("REDACTED")
        .doesNotContain(HEX.formatHex(key.revealSeed()));
  }

  @Test
  void aDestroyedKeySignsAndRevealsNothing() {
    Ed25519SecretKey key = Ed25519SecretKey.generate();
    byte[] publicKey = key.publicKey();
    key.destroy();
    key.destroy();

    assertThat(key.isDestroyed()).isTrue();
    assertThatIllegalStateException().isThrownBy(key::revealSeed);
    assertThatIllegalStateException().isThrownBy(() -> key.sign(new byte[1]));
    assertThat(key.publicKey()).isEqualTo(publicKey);
  }

  @Test
  void seedsAreCopiedAndHave32Bytes() {
    byte[] seed = new byte[32];
    Ed25519SecretKey key = Ed25519SecretKey.ofSeed(seed);
    seed[0] = 1;
    key.revealSeed()[0] = 1;

    assertThat(key.revealSeed()).isEqualTo(new byte[32]);
    assertThatIllegalArgumentException().isThrownBy(() -> Ed25519SecretKey.ofSeed(new byte[33]));
    assertThatIllegalArgumentException().isThrownBy(() -> Ed25519SecretKey.ofSeed(new byte[64]));
  }

  private static boolean verifies(byte[] publicKey, byte[] message, byte[] signature)
      throws Exception {
    Signature verifier = Signature.getInstance("Ed25519");
    verifier.initVerify(
        KeyFactory.getInstance("Ed25519")
            .generatePublic(new X509EncodedKeySpec(Ed25519Der.spki(publicKey))));
    verifier.update(message);
    return verifier.verify(signature);
  }
}
