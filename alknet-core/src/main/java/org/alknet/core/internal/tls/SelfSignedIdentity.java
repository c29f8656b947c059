package org.alknet.core.internal.tls;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.List;
import org.alknet.core.internal.der.Der;

/** A fresh ECDSA P-256 certificate that vouches for itself. */
final class SelfSignedIdentity {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Duration LIFETIME = Duration.ofDays(365);
  private static final byte[] ECDSA_SHA256 = HexFormat.of().parseHex("300a06082a8648ce3d040302");
  private static final byte[] COMMON_NAME = HexFormat.of().parseHex("0603550403");
  private static final byte[] SUBJECT_ALT_NAME = HexFormat.of().parseHex("0603551d11");
  private static final byte[] VERSION_3 = HexFormat.of().parseHex("a003020102");

  private SelfSignedIdentity() {}

  /** Makes one for this machine, as it calls itself. */
  static PresentedIdentity create() throws TlsSetupException {
    return create(
        List.of(
            dns("localhost"),
            ip(new byte[] {127, 0, 0, 1}),
            ip(HexFormat.of().parseHex("00000000000000000000000000000001"))));
  }

  /** Returns the name of a host, for a certificate. */
  static byte[] dns(String name) {
    return Der.element(0x82, ascii(name));
  }

  /** Returns an address, for a certificate. */
  static byte[] ip(byte[] address) {
    return Der.element(0x87, address);
  }

  /** Makes one for these names. */
  static PresentedIdentity create(List<byte[]> names) throws TlsSetupException {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(256, RANDOM);
      KeyPair pair = generator.generateKeyPair();
      byte[] tbs = toBeSigned(pair, Der.sequence(names.toArray(byte[][]::new)));
      Signature signer = Signature.getInstance("SHA256withECDSA");
      signer.initSign(pair.getPrivate());
      signer.update(tbs);
      byte[] certificate =
          Der.sequence(tbs, ECDSA_SHA256, Der.element(0x03, new byte[1], signer.sign()));
      return new PresentedIdentity(
          List.of(PresentedIdentity.parse(certificate)), new SchemeSigner(pair.getPrivate()));
    } catch (GeneralSecurityException impossible) {
      throw new TlsSetupException("cannot make a certificate", impossible);
    }
  }

  private static byte[] toBeSigned(KeyPair pair, byte[] names) {
    byte[] serial = new byte[16];
    RANDOM.nextBytes(serial);
    serial[0] = (byte) ((serial[0] & 0x3f) | 0x40); // positive, and never shortened
    byte[] name =
        Der.sequence(
            Der.element(
                0x31, Der.sequence(COMMON_NAME, Der.element(0x0c, ascii("alknet self-signed")))));
    Instant now = Instant.now();
    byte[] validity = Der.sequence(time(now.minus(Duration.ofHours(1))), time(now.plus(LIFETIME)));
    byte[] extensions =
        Der.element(0xa3, Der.sequence(Der.sequence(SUBJECT_ALT_NAME, Der.element(0x04, names))));
    return Der.sequence(
        VERSION_3,
        Der.element(0x02, serial),
        ECDSA_SHA256,
        name,
        validity,
        name,
        pair.getPublic().getEncoded(),
        extensions);
  }

  private static byte[] time(Instant instant) {
    DateTimeFormatter format =
        DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);
    return Der.element(0x18, ascii(format.format(instant)));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
