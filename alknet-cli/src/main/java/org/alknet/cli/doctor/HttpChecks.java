package org.alknet.cli.doctor;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.alknet.cli.assembly.HostPorts;
import org.alknet.cli.assembly.HttpState;
import org.alknet.cli.assembly.NodeConfig;
import org.alknet.cli.assembly.RunState;
import org.alknet.cli.client.LocalAddress;
import org.alknet.cli.client.RemoteSpec;
import org.alknet.cli.context.CliException;
import org.alknet.core.RemoteAddress;
import org.alknet.core.identity.Fingerprints;

/** Checks of the HTTP face of a node. */
final class HttpChecks {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private HttpChecks() {}

  static List<Finding> port(Patient patient) {
    if (patient.state().isPresent()) {
      return patient.state().flatMap(RunState::http).stream()
          .map(http -> Finding.ok("tcp port", "the node has " + http.addresses()))
          .toList();
    }
    Optional<NodeConfig> config = patient.config();
    Optional<NodeConfig.Http> http = config.flatMap(NodeConfig::http);
    if (config.isEmpty() || http.isEmpty()) {
      return List.of();
    }
    boolean own = !http.get().listen().isEmpty();
    List<InetSocketAddress> addresses =
        own ? http.get().listen() : config.get().core().listenAddresses();
    List<Finding> findings = new ArrayList<>();
    for (InetSocketAddress address : addresses) {
      try (ServerSocketChannel probe = ServerSocketChannel.open()) {
        probe.bind(address);
        findings.add(Finding.ok("tcp port", HostPorts.format(address) + " is free"));
      } catch (IOException taken) {
        findings.add(
            Finding.fail(
                "tcp port",
                HostPorts.format(address) + " cannot be bound: " + taken.getMessage(),
                "ss -tlpn  shows who has it; or change http.listen_addr."));
      }
    }
    return findings;
  }

  /** A handshake with the running node, which has to show the certificate it says it shows. */
  static List<Finding> handshake(Patient patient) throws CliException, GeneralSecurityException {
    Optional<HttpState> found = patient.state().flatMap(RunState::http);
    if (found.isEmpty()) {
      return List.of();
    }
    HttpState http = found.get();
    RemoteAddress address =
        LocalAddress.ofListener(RemoteSpec.parse(http.addresses().get(0)).address());
    List<Finding> findings = new ArrayList<>();
    long began = System.nanoTime();
    try {
      shakeHands(address, http.certificate());
      findings.add(
          Finding.ok(
              "http",
              "the node at "
                  + address
                  + " shows its certificate, "
                  + Duration.ofNanos(System.nanoTime() - began).toMillis()
                  + " ms"));
    } catch (IOException failed) {
      findings.add(
          Finding.fail(
              "http",
              "the node at " + address + " does not answer as it should: " + failed.getMessage(),
              "Its log tells more; or restart it."));
    }
    if (!isInFile(http)) {
      findings.add(
          Finding.warn(
              "http",
              "the node shows another certificate than " + http.certificateFile() + " holds",
              "alknet reload"));
    }
    return findings;
  }

  private static void shakeHands(RemoteAddress address, String fingerprint)
      throws IOException, GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new Pinned(fingerprint)}, null);
    int limit = (int) LIMIT.toMillis();
    try (Socket plain = new Socket()) {
      plain.connect(
          new InetSocketAddress(InetAddress.getByName(address.host()), address.port()), limit);
      plain.setSoTimeout(limit);
      try (SSLSocket secure =
          (SSLSocket)
              context
                  .getSocketFactory()
                  .createSocket(plain, address.host(), address.port(), true)) {
        secure.startHandshake();
      }
    }
  }

  private static boolean isInFile(HttpState http) {
    try (InputStream in = Files.newInputStream(http.certificateFile())) {
      X509Certificate leaf =
          (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
      return Fingerprints.ofCertificate(leaf.getEncoded())
          .filter(http.certificate()::equals)
          .isPresent();
    } catch (IOException | CertificateException gone) {
      return false;
    }
  }

  /**
   * Trusts one certificate, whatever names it is for: the node on this machine said it shows it.
   */
  private static final class Pinned extends X509ExtendedTrustManager {
    private final String fingerprint;

    Pinned(String fingerprint) {
      this.fingerprint = fingerprint;
    }

    private void check(X509Certificate[] chain) throws CertificateException {
      if (Fingerprints.ofCertificate(chain[0].getEncoded()).filter(fingerprint::equals).isEmpty()) {
        throw new CertificateException("it shows another certificate");
      }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String kind, Socket socket)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String kind, SSLEngine engine)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String kind)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String kind, Socket socket)
        throws CertificateException {
      throw new CertificateException("this is no server");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String kind, SSLEngine engine)
        throws CertificateException {
      throw new CertificateException("this is no server");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String kind)
        throws CertificateException {
      throw new CertificateException("this is no server");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
