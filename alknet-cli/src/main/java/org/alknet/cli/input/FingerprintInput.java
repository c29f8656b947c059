package org.alknet.cli.input;

import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.alknet.core.identity.Fingerprints;
import org.alknet.core.tls.Ed25519SecretKey;

/**
 * Reads the forms in which keys travel, and tells the fingerprint: a key file, a PEM certificate or
 * chain, a public key as PEM, DER or base64, an OpenSSH public key line.
 */
public final class FingerprintInput {
  private static final Pattern SECRET = Pattern.compile("[0-9a-fA-F]{64}");
  private static final Pattern PUBLIC_PEM =
      Pattern.compile("-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\\s]+)-----END PUBLIC KEY-----");
  private static final Pattern SSH = Pattern.compile("ssh-ed25519\\s+([A-Za-z0-9+/=]+)(\\s.*)?");
  private static final byte[] SSH_TYPE = "ssh-ed25519".getBytes(StandardCharsets.US_ASCII);

  private FingerprintInput() {}

  /** Whether this is the text of a secret key. */
  public static boolean isSecretKey(byte[] content) {
    return SECRET.matcher(text(content)).matches();
  }

  /** Returns the fingerprint of what this is; empty if it is nothing of the kind. */
  public static Optional<String> fingerprint(byte[] content) {
    String text = text(content);
    if (SECRET.matcher(text).matches()) {
      return Optional.of(ofSecret(text));
    }
    if (text.contains("-----BEGIN CERTIFICATE-----")) {
      return ofCertificates(content);
    }
    Matcher pem = PUBLIC_PEM.matcher(text);
    if (pem.find()) {
      return base64(pem.group(1)).flatMap(FingerprintInput::ofSpki);
    }
    Matcher ssh = SSH.matcher(text);
    if (ssh.matches()) {
      return base64(ssh.group(1)).flatMap(FingerprintInput::ofSsh);
    }
    return ofSpki(content).or(() -> base64(text).flatMap(FingerprintInput::ofSpki));
  }

  private static String text(byte[] content) {
    return new String(content, StandardCharsets.ISO_8859_1).strip();
  }

  private static String ofSecret(String hex) {
    byte[] seed = HexFormat.of().parseHex(hex);
    Ed25519SecretKey key = Ed25519SecretKey.ofSeed(seed);
    Arrays.fill(seed, (byte) 0);
    key.destroy();
    return key.fingerprint();
  }

  private static Optional<String> ofCertificates(byte[] pem) {
    try {
      List<byte[]> chain = new ArrayList<>();
      for (Certificate certificate :
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(pem))) {
        chain.add(certificate.getEncoded());
      }
      return Fingerprints.ofChain(chain);
    } catch (CertificateException broken) {
      return Optional.empty();
    }
  }

  private static Optional<String> ofSpki(byte[] der) {
    return Fingerprints.ed25519FromSpki(der).map(Fingerprints::ofEd25519);
  }

  /** RFC 8709 section 4: two strings, each with its length in front. */
  private static Optional<String> ofSsh(byte[] blob) {
    ByteBuffer in = ByteBuffer.wrap(blob);
    if (blob.length != 2 * Integer.BYTES + SSH_TYPE.length + Ed25519SecretKey.BYTES
        || in.getInt() != SSH_TYPE.length) {
      return Optional.empty();
    }
    byte[] type = new byte[SSH_TYPE.length];
    in.get(type);
    if (!Arrays.equals(type, SSH_TYPE) || in.getInt() != Ed25519SecretKey.BYTES) {
      return Optional.empty();
    }
    byte[] key = new byte[Ed25519SecretKey.BYTES];
    in.get(key);
    return Optional.of(Fingerprints.ofEd25519(key));
  }

  private static Optional<byte[]> base64(String text) {
    try {
      return Optional.of(Base64.getMimeDecoder().decode(text));
    } catch (IllegalArgumentException other) {
      return Optional.empty();
    }
  }
}
