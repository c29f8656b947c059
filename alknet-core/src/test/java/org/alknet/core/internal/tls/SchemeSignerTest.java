package org.alknet.core.internal.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import org.alknet.core.TestPki;
import org.alknet.core.tls.Ed25519SecretKey;
import org.junit.jupiter.api.Test;

class SchemeSignerTest {
  private static final byte[] TRANSCRIPT = new byte[130];

  @Test
  void anEd25519KeySignsUnderItsOwnSchemeOnly() throws Exception {
    HandshakeSigner signer = PresentedIdentity.rawKey(Ed25519SecretKey.generate()).signer();

    assertThat(signer.sign(0x0807, TRANSCRIPT)).hasSize(64);
    for (int scheme : new int[] {0x0403, 0x0503, 0x0804, 0x0805, 0x0806, 0x0401, 0}) {
      assertThatThrownBy(() -> signer.sign(scheme, TRANSCRIPT))
          .isInstanceOf(GeneralSecurityException.class);
    }
  }

  @Test
  void everySchemeOfAnRsaKeyVerifies() throws Exception {
    KeyPair keys = TestPki.rsa();
    SchemeSigner signer = new SchemeSigner(keys.getPrivate());
    for (int scheme : new int[] {0x0804, 0x0805, 0x0806}) {
      Signature verifier = SchemeSigner.forScheme(scheme);
      verifier.initVerify(keys.getPublic());
      verifier.update(TRANSCRIPT);
      assertThat(verifier.verify(signer.sign(scheme, TRANSCRIPT))).isTrue();
    }
  }

  @Test
  void schemesThatTls13DoesNotAllowAreRefused() throws Exception {
    SchemeSigner signer = new SchemeSigner(TestPki.rsa().getPrivate());

    assertThatThrownBy(() -> signer.sign(0x0401, TRANSCRIPT)).hasMessageContaining("0x0401");
  }
}
