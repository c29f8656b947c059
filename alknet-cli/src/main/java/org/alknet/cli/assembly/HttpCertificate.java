package org.alknet.cli.assembly;

import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.alknet.core.EndpointException;
import org.alknet.core.SelfSignedCertificate;
import org.alknet.core.TcpTls;
import org.alknet.core.identity.Fingerprints;
import org.alknet.core.tls.TlsIdentity;

/**
 * The files of the certificate that the HTTP face shows: those of its table, else those of the node
 * if that has a certificate, else a pair in the data directory that the node makes by itself.
 *
 * <p>Immutable.
 *
 * @param files certificate and key
 * @param own whether the node makes them
 */
record HttpCertificate(NodeConfig.CertificateFiles files, boolean own) {
  private static final Logger LOG = System.getLogger(HttpCertificate.class.getName());

  /** A certificate of the node's own that ends sooner is replaced at the start. */
  private static final Duration RENEWED_BEFORE = Duration.ofDays(30);

  static HttpCertificate of(NodeSettings settings, NodeConfig.Http http) {
    if (http.files().isPresent()) {
      return new HttpCertificate(http.files().get(), false);
    }
    Optional<TlsIdentity> node = settings.config().flatMap(c -> c.core().tlsIdentity());
    if (node.isPresent() && node.get() instanceof TlsIdentity.X509 x509) {
      return new HttpCertificate(new NodeConfig.CertificateFiles(x509.cert(), x509.key()), false);
    }
    return new HttpCertificate(settings.directory().httpCertificate(), true);
  }

  TlsIdentity.X509 identity() {
    return new TlsIdentity.X509(files.cert(), files.key());
  }

  /**
   * Returns the certificate as the file has it now.
   *
   * @throws NodeException if there is none
   */
  X509Certificate leaf() throws NodeException {
    return leaf(files.cert());
  }

  static X509Certificate leaf(Path file) throws NodeException {
    try (InputStream in = Files.newInputStream(file)) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    } catch (IOException failed) {
      throw unusable("cannot read " + file + ": " + PrivateFiles.reason(failed), failed);
    } catch (CertificateException none) {
      throw unusable("no certificate in " + file, none);
    }
  }

  static String fingerprint(X509Certificate certificate) {
    try {
      return Fingerprints.ofCertificate(certificate.getEncoded()).orElseThrow();
    } catch (CertificateException impossible) {
      throw new IllegalStateException("a certificate that was read has its bytes", impossible);
    }
  }

  /**
   * Refuses what no handshake could use.
   *
   * @throws NodeException if the files are no pair, or one is missing
   */
  void check() throws NodeException {
    try {
      Objects.requireNonNull(TcpTls.serverContext(identity()));
    } catch (EndpointException wrong) {
      throw unusable("the HTTP face has no certificate: " + wrong.getMessage(), wrong);
    }
  }

  /** Whether the node would have to make its own certificate. */
  boolean isMissing() {
    return own && !(Files.exists(files.cert()) && Files.exists(files.key()));
  }

  /**
   * Makes the node's own certificate, unless there is one that will do.
   *
   * @param hosts names it is for, besides this machine's name for itself
   * @param addresses what is listened on
   * @throws NodeException if files cannot be written, or the key is open to others
   */
  void makeIfOwn(Collection<String> hosts, Collection<InetSocketAddress> addresses)
      throws NodeException {
    if (!own) {
      return;
    }
    Set<String> names = new LinkedHashSet<>(List.of("localhost"));
    Set<InetAddress> literals = new LinkedHashSet<>();
    try {
      literals.add(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
      byte[] loopback = new byte[16];
      loopback[15] = 1;
      literals.add(InetAddress.getByAddress(loopback));
      for (String host : hosts) {
        add(host, names, literals);
      }
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException("a literal is not looked up", impossible);
    }
    addresses.stream()
        .map(InetSocketAddress::getAddress)
        .filter(address -> !address.isAnyLocalAddress())
        .forEach(literals::add);
    try {
      PrivateFiles.refuseAudience(files.key());
      if (isMissing() || !isGoodFor(names, literals)) {
        make(names, literals);
      }
    } catch (IOException failed) {
      throw new NodeException(
          NodeException.Kind.STORE,
          "cannot write " + files.cert() + ": " + PrivateFiles.reason(failed),
          failed,
          List.of());
    }
  }

  private static void add(String host, Set<String> names, Set<InetAddress> literals)
      throws UnknownHostException {
    if (host.startsWith("[") || host.matches("[0-9.]+")) {
      literals.add(InetAddress.getByName(host));
    } else {
      names.add(host);
    }
  }

  private boolean isGoodFor(Set<String> names, Set<InetAddress> literals) {
    try {
      check();
      X509Certificate leaf = leaf();
      Set<String> covered = covered(leaf);
      return leaf.getNotAfter().toInstant().isAfter(Instant.now().plus(RENEWED_BEFORE))
          && covered.containsAll(names)
          && covered.containsAll(
              literals.stream().map(InetAddress::getHostAddress).collect(Collectors.toSet()));
    } catch (NodeException | CertificateParsingException unfit) {
      LOG.log(Level.WARNING, files.cert() + " is made anew", unfit);
      return false;
    }
  }

  private static Set<String> covered(X509Certificate leaf) throws CertificateParsingException {
    Set<String> covered = new HashSet<>();
    Collection<List<?>> names = leaf.getSubjectAlternativeNames();
    if (names != null) {
      names.forEach(name -> covered.add(String.valueOf(name.get(1))));
    }
    return covered;
  }

  private void make(Set<String> names, Set<InetAddress> literals) throws IOException {
    try (SelfSignedCertificate made = SelfSignedCertificate.create(names, literals)) {
      byte[] key = made.revealKeyPem();
      try {
        PrivateFiles.replace(files.key(), key);
      } finally {
        Arrays.fill(key, (byte) 0);
      }
      PrivateFiles.replace(files.cert(), made.certificatePem());
    }
  }

  private static NodeException unusable(String message, Exception cause) {
    return new NodeException(NodeException.Kind.CONFIGURATION, message, cause, List.of());
  }
}
