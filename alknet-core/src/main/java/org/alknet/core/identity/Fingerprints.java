package org.alknet.core.identity;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.alknet.core.internal.der.CarrierCertificate;
import org.alknet.core.internal.der.Ed25519Der;

/**
 * The textual names of TLS credentials (spec/core.md section 9): {@code ed25519:} and 64 lowercase
 * hex digits of a raw public key, or {@code SHA256:} and 64 lowercase hex digits of the digest of a
 * complete X.509 certificate. The same Ed25519 key has the same name on every transport.
 */
public final class Fingerprints {
  /** Prefix of the form for raw Ed25519 keys. */
  public static final String ED25519_PREFIX = "ed25519:";

  /** Prefix of the form for X.509 certificates; the upper case is part of it. */
  public static final String X509_PREFIX = "SHA256:";

  private static final Pattern FORM = Pattern.compile("(ed25519|SHA256):[0-9a-f]{64}");

  private Fingerprints() {}

  /**
   * Names one certificate or bare public key: a carrier certificate and a bare key by the key,
   * anything else by its digest. Use {@link #ofChain} for what a peer presented.
   *
   * @param der as it was on the wire
   * @return empty if {@code der} is empty
   */
  public static Optional<String> ofCertificate(byte[] der) {
    if (der.length == 0) {
      return Optional.empty();
    }
    Optional<byte[]> rawKey = CarrierCertificate.recognise(der).or(() -> ed25519FromSpki(der));
    return Optional.of(rawKey.map(Fingerprints::ofEd25519).orElseGet(() -> ofX509(der)));
  }

  /**
   * Names the credential of a peer that presented these certificates. Only the leaf counts, and it
   * counts as a raw key only if nothing came with it.
   *
   * @param chain as it was on the wire, leaf first
   * @return empty if there is no certificate or the leaf is empty
   */
  public static Optional<String> ofChain(List<byte[]> chain) {
    if (chain.isEmpty() || chain.get(0).length == 0) {
      return Optional.empty();
    }
    return chain.size() == 1 ? ofCertificate(chain.get(0)) : Optional.of(ofX509(chain.get(0)));
  }

  /**
   * Names a raw Ed25519 public key.
   *
   * @throws IllegalArgumentException if it has not 32 bytes
   */
  public static String ofEd25519(byte[] publicKey) {
    if (publicKey.length != Ed25519Der.KEY_BYTES) {
      throw new IllegalArgumentException(
          "an Ed25519 public key has 32 bytes, this one has " + publicKey.length);
    }
    return ED25519_PREFIX + HexFormat.of().formatHex(publicKey);
  }

  /** Extracts the key from exactly the canonical 44-byte SubjectPublicKeyInfo of RFC 8410. */
  public static Optional<byte[]> ed25519FromSpki(byte[] spki) {
    return Ed25519Der.publicKeyFromSpki(spki);
  }

  /** Whether the text is a fingerprint in one of the two forms, lowercase hex digits only. */
  public static boolean isWellFormed(String text) {
    return FORM.matcher(text).matches();
  }

  /**
   * Returns the text with the hex digits of a fingerprint in lower case; any other text as it is.
   * The prefix is case-sensitive.
   */
  public static String normalise(String text) {
    int digits = text.indexOf(':') + 1;
    String lower = text.substring(0, digits) + text.substring(digits).toLowerCase(Locale.ROOT);
    return isWellFormed(lower) ? lower : text;
  }

  private static String ofX509(byte[] der) {
    return X509_PREFIX + HexFormat.of().formatHex(sha256(der));
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException impossible) {
      throw new AssertionError("every JDK has SHA-256", impossible);
    }
  }
}
