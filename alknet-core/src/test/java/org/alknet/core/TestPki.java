package org.alknet.core;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.alknet.canary.Canaries;
import org.alknet.core.internal.der.Der;
import org.alknet.core.tls.TlsIdentity;

/** Keys, certificates and PEM files, made afresh by each test with the JDK and a little DER. */
public final class TestPki {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

  private TestPki() {}

  /** A key and the certificate for it. */
  public record Certified(KeyPair keys, X509Certificate certificate) {
    public byte[] der() throws GeneralSecurityException {
      return certificate.getEncoded();
    }

    public String fingerprint() throws GeneralSecurityException {
      return org.alknet.core.identity.Fingerprints.ofCertificate(der()).orElseThrow();
    }
  }

  public static KeyPair rsa() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    return generator.generateKeyPair();
  }

  public static KeyPair ec(String curve) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec(curve));
    return generator.generateKeyPair();
  }

  public static KeyPair ed25519() throws GeneralSecurityException {
    return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
  }

  /** A certificate authority. */
  public static Certified authority(String name) throws Exception {
    KeyPair keys = ec("secp256r1");
    byte[] isAuthority = extension("0603551d13", Der.sequence(new byte[] {1, 1, (byte) 0xff}));
    return new Certified(keys, sign(name, keys, name, keys, Duration.ofDays(30), isAuthority));
  }

  /** A certificate for these names or IPv4 addresses, signed by the authority. */
  public static Certified leaf(Certified authority, KeyPair keys, String... names)
      throws Exception {
    return leaf(authority, keys, Duration.ofDays(30), names);
  }

  /** The same with a lifetime; a negative one is over. */
  public static Certified leaf(
      Certified authority, KeyPair keys, Duration lifetime, String... names) throws Exception {
    String issuer = authority.certificate().getSubjectX500Principal().getName().substring(3);
    byte[] alternative = extension("0603551d11", Der.sequence(generalNames(names)));
    return new Certified(keys, sign("leaf", keys, issuer, authority.keys(), lifetime, alternative));
  }

  /** A certificate that vouches for itself. */
  public static Certified selfSigned(KeyPair keys) throws Exception {
    return new Certified(keys, sign("self", keys, "self", keys, Duration.ofDays(30), new byte[0]));
  }

  /** Writes chain and PKCS#8 key and returns the identity that reads them. */
  public static TlsIdentity.X509 identity(Path directory, Certified leaf, Certified... chain)
      throws Exception {
    String name = fresh(directory);
    Path cert = directory.resolve(name + ".crt");
    Path key = directory.resolve(name + ".key");
    List<byte[]> certificates = new ArrayList<>(List.of(leaf.der()));
    for (Certified next : chain) {
      certificates.add(next.der());
    }
    writePem(cert, "CERTIFICATE", certificates.toArray(byte[][]::new));
    Canaries.register("the key of a certificate", leaf.keys().getPrivate().getEncoded());
    writePem(key, "PRIVATE KEY", leaf.keys().getPrivate().getEncoded());
    return new TlsIdentity.X509(cert, key);
  }

  public static Path writePem(Path file, String label, byte[]... blocks) throws IOException {
    StringBuilder text = new StringBuilder();
    for (byte[] block : blocks) {
      text.append("-----BEGIN ").append(label).append("-----\n");
      text.append(Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(block));
      text.append("\n-----END ").append(label).append("-----\n");
    }
    return Files.writeString(file, text);
  }

  private static String fresh(Path directory) throws IOException {
    return Files.createTempFile(directory, "id", "").getFileName().toString();
  }

  /** The algorithm's own format (PKCS#1, SEC1) inside a PKCS#8 key. */
  public static byte[] unwrapPkcs8(byte[] pkcs8) {
    int at = header(pkcs8, 0);
    at = end(pkcs8, at); // version
    at = end(pkcs8, at); // algorithm
    return Arrays.copyOfRange(pkcs8, at + header(pkcs8, at), end(pkcs8, at));
  }

  private static X509Certificate sign(
      String subject,
      KeyPair keys,
      String issuer,
      KeyPair issuerKeys,
      Duration lifetime,
      byte[] extensions)
      throws Exception {
    String type = issuerKeys.getPublic().getAlgorithm();
    byte[] algorithm =
        HexFormat.of()
            .parseHex(
                switch (type) {
                  case "EC" -> "300a06082a8648ce3d040302";
                  case "RSA" -> "300d06092a864886f70d01010b0500";
                  default -> "300506032b6570";
                });
    Instant now = Instant.now();
    Instant notBefore = lifetime.isNegative() ? now.minus(Duration.ofDays(60)) : now;
    byte[] tbs =
        Der.sequence(
            HexFormat.of().parseHex("a003020102"),
            Der.element(0x02, new BigInteger(64, new java.security.SecureRandom()).toByteArray()),
            algorithm,
            name(issuer),
            Der.sequence(time(notBefore.minus(Duration.ofHours(1))), time(now.plus(lifetime))),
            name(subject),
            keys.getPublic().getEncoded(),
            extensions.length == 0 ? extensions : Der.element(0xa3, Der.sequence(extensions)));
    Signature signer =
        Signature.getInstance(
            switch (type) {
              case "EC" -> "SHA256withECDSA";
              case "RSA" -> "SHA256withRSA";
              default -> "Ed25519";
            });
    signer.initSign(issuerKeys.getPrivate());
    signer.update(tbs);
    byte[] der = Der.sequence(tbs, algorithm, Der.element(0x03, new byte[1], signer.sign()));
    return (X509Certificate)
        CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
  }

  private static byte[] generalNames(String... names) throws IOException {
    byte[] all = new byte[0];
    for (String name : names) {
      boolean address = Character.isDigit(name.charAt(0));
      byte[] one =
          address
              ? Der.element(0x87, InetAddress.getByName(name).getAddress())
              : Der.element(0x82, name.getBytes(StandardCharsets.US_ASCII));
      int before = all.length;
      all = Arrays.copyOf(all, before + one.length);
      System.arraycopy(one, 0, all, before, one.length);
    }
    return all;
  }

  private static byte[] extension(String oid, byte[] value) {
    return Der.sequence(HexFormat.of().parseHex(oid), Der.element(0x04, value));
  }

  private static byte[] name(String commonName) {
    byte[] text = Der.element(0x0c, commonName.getBytes(StandardCharsets.US_ASCII));
    return Der.sequence(
        Der.element(0x31, Der.sequence(HexFormat.of().parseHex("0603550403"), text)));
  }

  private static byte[] time(Instant instant) {
    return Der.element(0x18, TIME.format(instant).getBytes(StandardCharsets.US_ASCII));
  }

  private static int header(byte[] der, int at) {
    int first = der[at + 1] & 0xff;
    return first < 0x80 ? 2 : 2 + (first & 0x7f);
  }

  private static int end(byte[] der, int at) {
    int first = der[at + 1] & 0xff;
    int length = first;
    if (first >= 0x80) {
      length = 0;
      for (int i = 0; i < (first & 0x7f); i++) {
        length = (length << 8) | (der[at + 2 + i] & 0xff);
      }
    }
    return at + header(der, at) + length;
  }
}
