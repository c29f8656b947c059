package org.alknet.bench.http;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.alknet.bench.call.Comparison;
import org.alknet.bench.call.Comparison.Turn;
import org.alknet.bench.http.HttpCalls.Way;
import org.alknet.core.SelfSignedCertificate;
import org.alknet.core.TcpTls;
import org.alknet.core.tls.TlsIdentity;

/**
 * The gateway against Netty alone, in one process on loopback; prints its tables as Markdown, see
 * docs/benchmarks-http.md. The argument {@code quick} makes everything shorter and less exact;
 * {@code calls} and {@code events} leave out the rest.
 */
public final class HttpBenchmarks {
  private static final List<Way> WAYS =
      List.of(
          new Way(false, true), new Way(true, true), new Way(false, false), new Way(true, false));
  private static final int[] CONNECTIONS = {1, 64};
  private static final Logger QUIET = Logger.getLogger("org.alknet");

  private final SSLContext trusting;
  private final Gateway gateway;
  private final BareHttp bare;
  private final BareHttp json;
  private final int rounds;
  private final long turn;
  private final EventLoopGroup clients =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

  private HttpBenchmarks(Path folder, boolean quick) throws Exception {
    this.rounds = quick ? 3 : 5;
    this.turn = quick ? 500 : 1000;
    Path certificate = folder.resolve("server.crt");
    Path key = folder.resolve("server.key");
    try (SelfSignedCertificate made = SelfSignedCertificate.create(Set.of("localhost"), Set.of())) {
      Files.write(certificate, made.certificatePem());
      Files.write(key, made.revealKeyPem());
      this.trusting = trusting(made.certificate());
    }
    this.gateway = new Gateway(certificate, key);
    SSLContext shown = TcpTls.serverContext(new TlsIdentity.X509(certificate, key));
    BareHttp.Answer answer = answer(gateway.port(false));
    this.bare = new BareHttp(shown, answer, Optional.empty());
    this.json = new BareHttp(shown, answer, Optional.of(new JsonEcho()));
    for (Path file : List.of(certificate, key, folder)) {
      Files.delete(file);
    }
  }

  /** Runs everything. */
  public static void main(String[] arguments) throws Exception {
    QUIET.setLevel(Level.WARNING);
    HttpBenchmarks benchmarks =
        new HttpBenchmarks(
            Files.createTempDirectory("alknet-bench"), List.of(arguments).contains("quick"));
    System.out.printf(
        "%s %s, %s %s, %d processors, load %.1f%n",
        System.getProperty("java.vm.name"),
        System.getProperty("java.vm.version"),
        System.getProperty("os.name"),
        System.getProperty("os.arch"),
        Runtime.getRuntime().availableProcessors(),
        java.lang.management.ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    benchmarks.warmUp();
    List<String> wanted = List.of(arguments);
    if (!wanted.contains("events")) {
      benchmarks.calls();
    }
    if (!wanted.contains("calls")) {
      benchmarks.events();
    }
    System.exit(0);
  }

  /** Compilers have to have seen the code of every way before the first one is measured. */
  private void warmUp() throws Exception {
    for (Way way : WAYS) {
      List<HttpCalls> contenders = contenders(way, 64);
      // In turns, because the gateway does not wait for ever for the first request.
      new Comparison(contenders, 0, 2 * turn).calls(64, 2);
      contenders.forEach(HttpCalls::close);
    }
  }

  private void calls() throws Exception {
    System.out.printf("%n### Calls: %d bytes of JSON asked%n%n", Gateway.CALL.length);
    System.out.println(
        "| | connections | bare Netty, /s | and JSON, a thread | gateway, /s | ratio | range | JSON"
            + " ratio | of JSON | p50, µs | p99, µs | CPU µs each, bare | and JSON | gateway |");
    System.out.println("|---|---|---|---|---|---|---|---|---|---|---|---|---|---|");
    for (Way way : WAYS) {
      for (int connections : CONNECTIONS) {
        List<HttpCalls> contenders = contenders(way, connections);
        new Comparison(contenders, 0, turn).calls(connections, 1);
        List<List<Turn>> turns = new Comparison(contenders, 200, turn).calls(connections, rounds);
        double[] ratios = ratios(turns, 2, 0);
        System.out.printf(
            Locale.ROOT,
            "| %s | %d | %.0f | %.0f | %.0f | **%.2f** | %.2f–%.2f | %.2f | %.2f | %.0f | %.0f"
                + " | %.1f | %.1f | %.1f |%n",
            way,
            connections,
            median(turns.get(0), Turn::perSecond),
            median(turns.get(1), Turn::perSecond),
            median(turns.get(2), Turn::perSecond),
            ratios[ratios.length / 2],
            ratios[0],
            ratios[ratios.length - 1],
            ratios(turns, 1, 0)[ratios.length / 2],
            ratios(turns, 2, 1)[ratios.length / 2],
            median(turns.get(2), Turn::p50Micros),
            median(turns.get(2), Turn::p99Micros),
            median(turns.get(0), Turn::cpuMicrosEach),
            median(turns.get(1), Turn::cpuMicrosEach),
            median(turns.get(2), Turn::cpuMicrosEach));
        contenders.forEach(HttpCalls::close);
      }
    }
  }

  private void events() throws Exception {
    System.out.printf("%n### Events: one subscription, %d bytes each%n%n", Gateway.EVENT.length);
    System.out.println(
        "| | bare writes, /s | and JSON | gateway, /s | ratio | range | JSON ratio | of JSON |"
            + " CPU µs each, bare | and JSON | gateway |");
    System.out.println("|---|---|---|---|---|---|---|---|---|---|---|");
    for (Way way : WAYS) {
      List<HttpCalls> contenders = contenders(way, 0);
      new Comparison(contenders, 0, 3 * turn).streams(1);
      List<List<Turn>> turns = new Comparison(contenders, 200, turn).streams(rounds);
      double[] ratios = ratios(turns, 2, 0);
      System.out.printf(
          Locale.ROOT,
          "| %s | %.0f | %.0f | %.0f | **%.2f** | %.2f–%.2f | %.2f | %.2f | %.2f | %.2f | %.2f |%n",
          way,
          median(turns.get(0), Turn::perSecond),
          median(turns.get(1), Turn::perSecond),
          median(turns.get(2), Turn::perSecond),
          ratios[ratios.length / 2],
          ratios[0],
          ratios[ratios.length - 1],
          ratios(turns, 1, 0)[ratios.length / 2],
          ratios(turns, 2, 1)[ratios.length / 2],
          median(turns.get(0), Turn::cpuMicrosEach),
          median(turns.get(1), Turn::cpuMicrosEach),
          median(turns.get(2), Turn::cpuMicrosEach));
      contenders.forEach(HttpCalls::close);
    }
  }

  private List<HttpCalls> contenders(Way way, int connections) throws Exception {
    return List.of(
        new HttpCalls("bare Netty", way, bare.port(way.tls()), connections, trusting, clients),
        new HttpCalls("bare and JSON", way, json.port(way.tls()), connections, trusting, clients),
        new HttpCalls("gateway", way, gateway.port(way.tls()), connections, trusting, clients));
  }

  /** Compares two contenders round by round. */
  private static double[] ratios(List<List<Turn>> turns, int which, int with) {
    double[] ratios = new double[turns.get(0).size()];
    for (int round = 0; round < ratios.length; round++) {
      ratios[round] =
          turns.get(which).get(round).perSecond() / turns.get(with).get(round).perSecond();
    }
    Arrays.sort(ratios);
    return ratios;
  }

  private static double median(List<Turn> turns, ToDoubleFunction<Turn> figure) {
    double[] sorted = turns.stream().mapToDouble(figure).sorted().toArray();
    return sorted[sorted.length / 2];
  }

  /** Asks the gateway once, so that the bare server can answer with the same. */
  private static BareHttp.Answer answer(int port) throws IOException, InterruptedException {
    HttpResponse<byte[]> reply =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .build()
            .send(
                HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/call"))
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofByteArray(Gateway.CALL))
                    .build(),
                BodyHandlers.ofByteArray());
    List<Map.Entry<String, String>> fields = new ArrayList<>();
    reply
        .headers()
        .map()
        .forEach((name, values) -> values.forEach(value -> fields.add(Map.entry(name, value))));
    return new BareHttp.Answer(List.copyOf(fields), reply.body());
  }

  private static SSLContext trusting(X509Certificate certificate)
      throws GeneralSecurityException, IOException {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("server", certificate);
    TrustManagerFactory managers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    return context;
  }
}
