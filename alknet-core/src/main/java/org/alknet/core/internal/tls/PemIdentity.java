package org.alknet.core.internal.tls;

import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.alknet.core.internal.der.Der;
import org.alknet.core.observe.LogLine;

/**
 * A certificate chain and its private key from PEM files (RFC 7468). The key is parsed by the JDK
 * and must belong to the leaf: it signs once, the leaf verifies.
 */
final class PemIdentity {
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");
  private static final int MAX_BYTES = 1024 * 1024;
  private static final int MIN_RSA_BITS = 2048;
  private static final int LARGE_CHAIN_BYTES = 3 * 1024;
  private static final Logger LOG = System.getLogger(PemIdentity.class.getName());

  private PemIdentity() {}

  static PresentedIdentity load(Path certFile, Path keyFile) throws TlsSetupException {
    List<X509Certificate> chain = readChain(certFile);
    requireUsable(certFile, chain);
    PrivateKey key = readKey(keyFile, chain.get(0).getPublicKey());
    return new PresentedIdentity(chain, new SchemeSigner(key));
  }

  private static List<X509Certificate> readChain(Path file) throws TlsSetupException {
    try (InputStream pem = Files.newInputStream(file)) {
      List<X509Certificate> chain = new ArrayList<>();
      for (Certificate certificate :
          CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
        chain.add((X509Certificate) certificate);
      }
      if (chain.isEmpty()) {
        throw new TlsSetupException("no certificate in " + file, null);
      }
      return chain;
    } catch (NoSuchFileException missing) {
      throw new TlsSetupException("certificate file not found: " + file, missing);
    } catch (IOException | CertificateException unreadable) {
      throw new TlsSetupException("cannot read certificates from " + file, unreadable);
    }
  }

  /** Refuses at the start what no handshake could use, and warns of what makes them costly. */
  private static void requireUsable(Path file, List<X509Certificate> chain)
      throws TlsSetupException {
    PublicKey leaf = chain.get(0).getPublicKey();
    boolean usable =
        switch (leaf.getAlgorithm()) {
          case "RSA" -> ((RSAPublicKey) leaf).getModulus().bitLength() >= MIN_RSA_BITS;
          case "EC" -> {
            int bits = ((ECPublicKey) leaf).getParams().getCurve().getField().getFieldSize();
            yield bits == 256 || bits == 384;
          }
          default -> leaf.getAlgorithm().equals("EdDSA");
        };
    if (!usable) {
      throw new TlsSetupException(
          "the key of the certificate in "
              + file
              + " is not one of Ed25519, ECDSA on P-256 or P-384, and RSA with 2048 bits or more",
          null);
    }
    int bytes = 0;
    try {
      for (X509Certificate certificate : chain) {
        bytes += certificate.getEncoded().length;
      }
    } catch (CertificateException unreadable) {
      throw new TlsSetupException("cannot read certificates from " + file, unreadable);
    }
    if (bytes > LARGE_CHAIN_BYTES) {
      // Three times what a client's first packet brings is all a server may send unasked.
      LOG.log(
          Level.WARNING,
          LogLine.event("large_chain")
              .field("file", file.toString())
              .field("bytes", bytes)
              .toString());
    }
  }

  private static PrivateKey readKey(Path file, PublicKey leaf) throws TlsSetupException {
    String pem;
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new TlsSetupException("key file larger than 1 MiB: " + file, null);
      }
      pem = Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (NoSuchFileException missing) {
      throw new TlsSetupException("key file not found: " + file, missing);
    } catch (IOException unreadable) {
      throw new TlsSetupException("cannot read the key file " + file, unreadable);
    }
    Matcher block = BLOCK.matcher(pem);
    while (block.find()) {
      if (block.group(1).endsWith("PRIVATE KEY")) {
        return parseKey(file, block.group(1), block.group(2), leaf);
      }
    }
    throw new TlsSetupException("no private key in " + file, null);
  }

  private static PrivateKey parseKey(Path file, String label, String base64, PublicKey leaf)
      throws TlsSetupException {
    byte[] der = new byte[0];
    byte[] pkcs8 = new byte[0];
    try {
      der = Base64.getMimeDecoder().decode(base64);
      pkcs8 = toPkcs8(file, label, der, leaf);
      PrivateKey key =
          KeyFactory.getInstance(leaf.getAlgorithm())
              .generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
      if (!belongsTo(key, leaf)) {
        throw new TlsSetupException(
            "the private key in " + file + " does not belong to the certificate", null);
      }
      return key;
    } catch (InvalidKeySpecException wrongKind) {
      throw new TlsSetupException(
          "the private key in "
              + file
              + " is no readable "
              + leaf.getAlgorithm()
              + " key, which the certificate needs",
          null);
    } catch (GeneralSecurityException | IllegalArgumentException unreadable) {
      throw new TlsSetupException("cannot read the private key in " + file, null);
    } finally {
      Arrays.fill(der, (byte) 0);
      Arrays.fill(pkcs8, (byte) 0);
    }
  }

  private static byte[] toPkcs8(Path file, String label, byte[] der, PublicKey leaf)
      throws TlsSetupException {
    return switch (label) {
      case "PRIVATE KEY" -> der.clone();
      case "RSA PRIVATE KEY" -> Der.pkcs8(Der.RSA_ALGORITHM, der);
      case "EC PRIVATE KEY" -> Der.pkcs8(Der.algorithmOfSpki(leaf.getEncoded()), der);
      default ->
          throw new TlsSetupException(
              "the key in " + file + " is a " + label + "; an unencrypted PKCS#8 key is expected",
              null);
    };
  }

  /** Signs a fixed text once and verifies it with the public key. */
  static boolean belongsTo(PrivateKey key, PublicKey publicKey) throws GeneralSecurityException {
    String algorithm =
        switch (publicKey.getAlgorithm()) {
          case "EC" -> "SHA256withECDSA";
          case "RSA" -> "SHA256withRSA";
          default -> "Ed25519";
        };
    byte[] text = "alknet".getBytes(StandardCharsets.US_ASCII);
    Signature signer = Signature.getInstance(algorithm);
    signer.initSign(key);
    signer.update(text);
    byte[] signature = signer.sign();
    Signature verifier = Signature.getInstance(algorithm);
    verifier.initVerify(publicKey);
    verifier.update(text);
    return verifier.verify(signature);
  }
}
