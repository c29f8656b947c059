package org.alknet.core.internal.der;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayInputStream;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.HexFormat;
import org.alknet.core.tls.Ed25519SecretKey;
import org.junit.jupiter.api.Test;

class CarrierCertificateTest {
  private static final HexFormat HEX = HexFormat.of();

  /** Seed and public key of RFC 8032 section 7.1, test 1. */
  private static final String SEED =
      "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";

  private static final String PUBLIC =
      "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

  private static final int KEY_AT = 3 + 118;
  private static final int SIGNATURE_AT = CarrierCertificate.BYTES - 64;

  private final Ed25519SecretKey key = Ed25519SecretKey.ofSeed(HEX.parseHex(SEED));
  private final byte[] carrier = CarrierCertificate.build(key.publicKey(), key::sign);

  @Test
  void carrierOfTheRfcKeyIsTheGoldenVector() throws Exception {
    assertThat(carrier).hasSize(227);
    assertThat(HEX.formatHex(MessageDigest.getInstance("SHA-256").digest(carrier)))
        .isEqualTo("f5ead97b5f911c0445905336b9ba6b40b2219c94717d4119372d70d64f763390");
    assertThat(HEX.formatHex(carrier, SIGNATURE_AT, carrier.length))
        .isEqualTo(
            "02c427119bcbfec0785c7579abfd669eff3ee3d4d64bc726cce5686e24e78e04"
                + "7e887f662323b3f9f27291e2a06e8ebf5db55a6d8dc37114708d1e42d90aa706");
    assertThat(CarrierCertificate.recognise(carrier)).hasValue(HEX.parseHex(PUBLIC));
  }

  @Test
  void theJdkReadsTheCarrierAsTheDocumentedCertificate() throws Exception {
    X509Certificate parsed =
        (X509Certificate)
            CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(carrier));

    parsed.verify(parsed.getPublicKey());
    assertThat(parsed.getVersion()).isEqualTo(3);
    assertThat(parsed.getSerialNumber()).isEqualTo(1);
    assertThat(parsed.getSubjectX500Principal().getName()).isEqualTo("CN=alknet-raw-key");
    assertThat(parsed.getIssuerX500Principal()).isEqualTo(parsed.getSubjectX500Principal());
    assertThat(parsed.getNotBefore().toInstant()).hasToString("1970-01-01T00:00:00Z");
    assertThat(parsed.getNotAfter().toInstant()).hasToString("9999-12-31T23:59:59Z");
    assertThat(parsed.getNonCriticalExtensionOIDs()).isNull();
    assertThat(parsed.getCriticalExtensionOIDs()).isNull();
    assertThat(parsed.getPublicKey().getEncoded()).isEqualTo(Ed25519Der.spki(key.publicKey()));
  }

  @Test
  void everySingleByteChangeOfTheConstantPartLosesRawKeyStatus() {
    for (int at = 0; at < SIGNATURE_AT; at++) {
      if (at >= KEY_AT && at < KEY_AT + 32) {
        continue;
      }
      for (int change = 1; change < 256; change++) {
        byte[] changed = carrier.clone();
        changed[at] ^= (byte) change;
        assertThat(CarrierCertificate.recognise(changed)).as("byte %d ^ %d", at, change).isEmpty();
      }
    }
  }

  @Test
  void everySingleBitChangeOfKeyAndSignatureLosesRawKeyStatus() {
    for (int at = KEY_AT; at < carrier.length; at++) {
      if (at >= KEY_AT + 32 && at < SIGNATURE_AT) {
        continue;
      }
      for (int bit = 0; bit < 8; bit++) {
        byte[] changed = carrier.clone();
        changed[at] ^= (byte) (1 << bit);
        assertThat(CarrierCertificate.recognise(changed)).as("byte %d bit %d", at, bit).isEmpty();
      }
    }
  }

  @Test
  void otherLengthsAreNoCarrier() {
    assertThat(CarrierCertificate.recognise(new byte[0])).isEmpty();
    assertThat(CarrierCertificate.recognise(Arrays.copyOf(carrier, 226))).isEmpty();
    assertThat(CarrierCertificate.recognise(Arrays.copyOf(carrier, 228))).isEmpty();
  }

  @Test
  void carrierSignedByAnotherKeyIsNotRecognised() {
    byte[] forged = CarrierCertificate.build(key.publicKey(), Ed25519SecretKey.generate()::sign);

    assertThat(CarrierCertificate.recognise(forged)).isEmpty();
  }

  @Test
  void carrierIsAPureFunctionOfTheKey() {
    assertThat(CarrierCertificate.build(key.publicKey(), key::sign)).isEqualTo(carrier);
  }

  @Test
  void keysAndSignaturesOfOtherLengthsAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CarrierCertificate.build(new byte[31], key::sign));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CarrierCertificate.build(key.publicKey(), tbs -> new byte[63]));
  }
}
