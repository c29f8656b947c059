package org.alknet.core.identity;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.alknet.core.internal.der.CarrierCertificate;
import org.alknet.core.tls.Ed25519SecretKey;
import org.junit.jupiter.api.Test;

class FingerprintsTest {
  private static final HexFormat HEX = HexFormat.of();

  /** Public key of RFC 8032 section 7.1, test 1. */
  private static final String RFC_KEY =
      "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

  private static final String SPKI_PREFIX = "302a300506032b6570032100";

  @Test
  void ed25519SpkiIsNamedByTheRawKeyAndNotByItsWrapper() {
    byte[] spki = HEX.parseHex(SPKI_PREFIX + RFC_KEY);

    assertThat(Fingerprints.ofCertificate(spki)).hasValue("ed25519:" + RFC_KEY);
    assertThat(Fingerprints.ed25519FromSpki(spki).orElseThrow()).isEqualTo(HEX.parseHex(RFC_KEY));
  }

  @Test
  void carrierHasTheSameFingerprintAsTheBareKey() {
    Ed25519SecretKey key = Ed25519SecretKey.generate();
    byte[] carrier = CarrierCertificate.build(key.publicKey(), key::sign);
    byte[] spki = HEX.parseHex(SPKI_PREFIX + HEX.formatHex(key.publicKey()));

    assertThat(Fingerprints.ofCertificate(carrier))
        .isEqualTo(Fingerprints.ofCertificate(spki))
        .hasValue(key.fingerprint());
  }

  @Test
  void anyOtherCertificateIsNamedByTheDigestOfAllItsBytes() throws Exception {
    byte[] leaf = "fake-leaf-cert-der-bytes".getBytes(US_ASCII);
    String digest = HEX.formatHex(MessageDigest.getInstance("SHA-256").digest(leaf));

    assertThat(Fingerprints.ofCertificate(leaf))
        .isEqualTo(Fingerprints.ofCertificate(leaf.clone()))
        .hasValue("SHA256:" + digest)
        .hasValue("SHA256:85e90f5e549cb601e2c3e818fd20ee21d2f3b5f2a9e29c7010cc10f3a19643df");
  }

  @Test
  void spkiOfAnotherAlgorithmIsNamedByItsDigest() {
    byte[] spki = HEX.parseHex("301c300506032b060103150020" + "00".repeat(32));

    assertThat(Fingerprints.ofCertificate(spki))
        .hasValue("SHA256:516b08f5e9bf57d1783dfc87bcbc360b3d08bb3e4e7ba94287700ba16c50e8ec");
    assertThat(Fingerprints.ed25519FromSpki(spki)).isEmpty();
  }

  @Test
  void onlyTheCanonicalSpkiIsARawKey() {
    byte[] canonical = HEX.parseHex(SPKI_PREFIX + RFC_KEY);
    byte[] withNullParameters = HEX.parseHex("302c300706032b65700500032100" + RFC_KEY);
    byte[] longFormLength = HEX.parseHex("30812a300506032b6570032100" + RFC_KEY);

    assertThat(Fingerprints.ofCertificate(Arrays.copyOf(canonical, 45)).orElseThrow())
        .startsWith("SHA256:");
    assertThat(Fingerprints.ofCertificate(Arrays.copyOf(canonical, 43)).orElseThrow())
        .startsWith("SHA256:");
    assertThat(Fingerprints.ofCertificate(withNullParameters).orElseThrow()).startsWith("SHA256:");
    assertThat(Fingerprints.ofCertificate(longFormLength).orElseThrow()).startsWith("SHA256:");
  }

  @Test
  void everySingleByteChangeOfTheSpkiPrefixLosesRawKeyStatus() {
    byte[] canonical = HEX.parseHex(SPKI_PREFIX + RFC_KEY);

    for (int at = 0; at < SPKI_PREFIX.length() / 2; at++) {
      byte[] changed = canonical.clone();
      changed[at] ^= 1;
      assertThat(Fingerprints.ofCertificate(changed).orElseThrow())
          .as("byte %d", at)
          .startsWith("SHA256:");
    }
  }

  @Test
  void nothingPresentedHasNoFingerprint() {
    assertThat(Fingerprints.ofCertificate(new byte[0])).isEmpty();
    assertThat(Fingerprints.ofChain(List.of())).isEmpty();
    assertThat(Fingerprints.ofChain(List.of(new byte[0]))).isEmpty();
  }

  @Test
  void anExtraChainElementLosesRawKeyStatus() {
    Ed25519SecretKey key = Ed25519SecretKey.generate();
    byte[] carrier = CarrierCertificate.build(key.publicKey(), key::sign);
    byte[] extra = "another certificate".getBytes(US_ASCII);

    assertThat(Fingerprints.ofChain(List.of(carrier))).hasValue(key.fingerprint());
    assertThat(Fingerprints.ofChain(List.of(carrier, extra)).orElseThrow()).startsWith("SHA256:");
    assertThat(Fingerprints.ofChain(List.of(carrier, carrier)).orElseThrow()).startsWith("SHA256:");
  }

  @Test
  void onlyTheLeafOfAChainCounts() {
    byte[] leaf = "leaf".getBytes(US_ASCII);
    byte[] issuer = "issuer".getBytes(US_ASCII);

    assertThat(Fingerprints.ofChain(List.of(leaf, issuer)))
        .isEqualTo(Fingerprints.ofCertificate(leaf));
  }

  @Test
  void hexDigitsAreNormalisedAndThePrefixIsNot() {
    String digits = RFC_KEY.toUpperCase(Locale.ROOT);

    assertThat(Fingerprints.normalise("ed25519:" + digits)).isEqualTo("ed25519:" + RFC_KEY);
    assertThat(Fingerprints.normalise("SHA256:" + digits)).isEqualTo("SHA256:" + RFC_KEY);
    assertThat(Fingerprints.normalise("ED25519:" + digits)).isEqualTo("ED25519:" + digits);
    assertThat(Fingerprints.normalise("SHORT")).isEqualTo("SHORT");
    assertThat(Fingerprints.isWellFormed("ed25519:" + digits)).isFalse();
    assertThat(Fingerprints.isWellFormed("sha256:" + RFC_KEY)).isFalse();
    assertThat(Fingerprints.isWellFormed("ed25519:" + RFC_KEY + "\n")).isFalse();
  }

  @Test
  void aKeyOfAnotherLengthIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Fingerprints.ofEd25519(new byte[31]))
        .withMessageContaining("32 bytes");
  }
}
