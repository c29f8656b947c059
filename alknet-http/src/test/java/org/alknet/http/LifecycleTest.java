package org.alknet.http;

import static org.alknet.http.testing.Json.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.alknet.call.RootInvoker;
import org.alknet.call.connection.CallLimits;
import org.alknet.call.registry.OperationRegistry;
import org.alknet.core.EndpointException;
import org.alknet.core.SelfSignedCertificate;
import org.alknet.core.config.ConfigSnapshot;
import org.alknet.core.config.DynamicConfig;
import org.alknet.core.config.LimitsConfig;
import org.alknet.core.config.RateLimitConfig;
import org.alknet.core.handler.Admission;
import org.alknet.core.handler.ShutdownSignal;
import org.alknet.core.tls.Ed25519SecretKey;
import org.alknet.core.tls.TlsIdentity;
import org.alknet.http.testing.RawPeer;
import org.alknet.http.testing.TestCertificate;
import org.alknet.http.testing.TestIdentities;
import org.alknet.http.testing.World;
import org.alknet.testkit.Await;
import org.alknet.testkit.LeakCheck;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Starting, stopping and the limits of connections. */
class LifecycleTest {
  private static final InetSocketAddress ANY =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  private static final String HEALTH = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";

  @RegisterExtension final LeakCheck leaks = LeakCheck.ofThreads("alknet-http").andDescriptors();

  @BeforeAll
  static void loadWhatStaysLoaded() {
    World.start().close();
  }

  @Test
  void aRawKeyIsRefusedBeforeAnythingListens() {
    Ed25519SecretKey key = Ed25519SecretKey.generate();
    try (World world = World.start()) {
      EndpointException.TlsConfig refusal =
          Await.failure(
              world.server().listen(new TlsIdentity.RawKey(key), ANY),
              EndpointException.TlsConfig.class);

      assertThat(refusal).hasMessageContaining("raw key").hasMessageContaining("X.509");
    } finally {
      key.destroy();
    }
  }

  @Test
  void filesThatAreMissingAreNamed() {
    Path none = Path.of("no-such-file.pem");
    try (World world = World.start()) {
      assertThat(
              Await.failure(
                  world.server().listen(new TlsIdentity.X509(none, none), ANY),
                  EndpointException.TlsConfig.class))
          .hasMessageContaining("no-such-file.pem");
    }
  }

  @Test
  void anAddressThatIsTakenIsSaidToBe() {
    try (World world = World.start()) {
      Await.failure(
          world.server().listen(TestCertificate.identity(), world.secure()),
          EndpointException.BindFailed.class);
    }
  }

  @Test
  void aDevelopersServerShowsACertificateOfItsOwn() {
    try (World world = World.start()) {
      assertThat(Await.result(world.server().listen(new TlsIdentity.SelfSigned(), ANY)).getPort())
          .isPositive();
    }
  }

  @Test
  void withoutLeaveNothingIsSpokenInTheClear() {
    OperationRegistry registry = OperationRegistry.empty();
    try (RootInvoker invoker = RootInvoker.of(registry, CallLimits.defaults());
        HttpServer server = HttpServer.builder(registry, invoker, new TestIdentities()).build()) {
      assertThatThrownBy(() -> server.listenCleartext(ANY))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void withoutAnAdapterThereAreNoWebSockets() {
    OperationRegistry registry = OperationRegistry.empty();
    try (RootInvoker invoker = RootInvoker.of(registry, CallLimits.defaults());
        HttpServer server =
            HttpServer.builder(registry, invoker, new TestIdentities())
                .allowCleartext(true)
                .build()) {
      InetSocketAddress address = Await.result(server.listenCleartext(ANY));
      try (RawPeer peer = RawPeer.clear(address)) {
        peer.send(
            HEALTH
                .replace("/healthz", "/alknet/call")
                .replace("\r\n\r\n", "\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n"));
        assertThat(RawPeer.status(peer.reply())).isEqualTo(404);
      }
    }
  }

  @Test
  void certificatesOfAllListenersAreReadAgainOrOfNone(@TempDir Path folder) throws Exception {
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    TlsIdentity.X509[] files = {
      new TlsIdentity.X509(folder.resolve("0.crt"), folder.resolve("0.key")),
      new TlsIdentity.X509(folder.resolve("1.crt"), folder.resolve("1.key"))
    };
    InetSocketAddress[] listeners = new InetSocketAddress[2];
    try (World world = World.start();
        SelfSignedCertificate old = SelfSignedCertificate.create(Set.of("old"), Set.of());
        SelfSignedCertificate renewed = SelfSignedCertificate.create(Set.of("new"), Set.of())) {
      for (int i = 0; i < 2; i++) {
        write(files[i], old);
        listeners[i] = Await.result(world.server().listen(files[i], any));
      }

      for (int broken = 0; broken < 2; broken++) {
        write(files[1 - broken], renewed);
        Files.writeString(files[broken].cert(), "nothing");
        assertThatThrownBy(world.server()::reloadTls).isInstanceOf(EndpointException.class);
        assertThat(shows(listeners[0], old)).isTrue();
        assertThat(shows(listeners[1], old)).isTrue();
      }

      write(files[1], renewed);
      world.server().reloadTls();
      assertThat(shows(listeners[0], renewed)).isTrue();
      assertThat(shows(listeners[1], renewed)).isTrue();
    }
  }

  private static void write(TlsIdentity.X509 files, SelfSignedCertificate made) throws IOException {
    Files.write(files.cert(), made.certificatePem());
    Files.write(files.key(), made.revealKeyPem());
  }

  /** Whether a client that trusts this certificate and no other gets through. */
  private static boolean shows(InetSocketAddress listener, SelfSignedCertificate trusted)
      throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setCertificateEntry("trusted", trusted.certificate());
    TrustManagerFactory managers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    try (SSLSocket socket =
        (SSLSocket)
            context.getSocketFactory().createSocket(listener.getAddress(), listener.getPort())) {
      socket.setSoTimeout((int) Await.DEADLINE.toMillis());
      socket.startHandshake();
      return true;
    } catch (SSLHandshakeException another) {
      return false;
    }
  }

  @Test
  void aReplyUnderWayIsFinishedAndSaysGoodbye() {
    World world =
        World.start(
            settings ->
                settings.limits(World.limits().drainTimeout(Duration.ofSeconds(60)).build()));
    try (RawPeer idle = RawPeer.clear(world);
        RawPeer busy = RawPeer.clear(world)) {
      String body = World.call("open/gate", "{}");
      assertThat(RawPeer.status(idle.send(HEALTH).reply())).isEqualTo(200);
      busy.send(
          "POST /call HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
              + "Content-Length: "
              + body.length()
              + "\r\n\r\n"
              + body);
      Await.result(world.gate.started());

      CompletionStage<Void> stopped = world.server().shutdown();
      assertThat(idle.rest()).isEmpty();
      world.gate.open(json("1"));

      assertThat(busy.rest()).contains("Connection: close").contains("\"output\":1");
      Await.result(stopped);
    } finally {
      world.close();
    }
  }

  @Test
  void whatDoesNotEndInTimeIsCancelled() {
    World world = World.start();
    String body = World.call("open/composes", "{}");
    try (RawPeer busy = RawPeer.clear(world)) {
      busy.send(
          "POST /call HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
              + "Content-Length: "
              + body.length()
              + "\r\n\r\n"
              + body);
      Await.result(world.below.started());

      Await.result(world.server().shutdown());

      Await.result(world.below.cancelled());
      assertThat(busy.rest()).isEmpty();
    } finally {
      world.close();
    }
  }

  @Test
  void aSignalStopsTheServer() {
    ShutdownSignal signal = new ShutdownSignal();
    World world = World.start(settings -> settings.shutdownSignal(signal));
    try (RawPeer idle = RawPeer.clear(world)) {
      assertThat(RawPeer.status(idle.send(HEALTH).reply())).isEqualTo(200);

      signal.trigger();

      assertThat(idle.rest()).isEmpty();
      Await.result(world.server().shutdown());
    } finally {
      world.close();
    }
  }

  @Test
  void connectionsAboveTheLimitOfTheAddressAreRefused() {
    Admission admission =
        Admission.create(
            ConfigSnapshot.of(DynamicConfig.defaults().withRateLimits(new RateLimitConfig(2, 5))),
            LimitsConfig.defaults());
    try (World world = World.start(settings -> settings.admission(admission))) {
      try (RawPeer one = RawPeer.clear(world);
          RawPeer two = RawPeer.clear(world)) {
        assertThat(RawPeer.status(one.send(HEALTH).reply())).isEqualTo(200);
        assertThat(RawPeer.status(two.send(HEALTH).reply())).isEqualTo(200);
        try (RawPeer three = RawPeer.clear(world)) {
          three.trySend(HEALTH.getBytes(java.nio.charset.StandardCharsets.UTF_8));
          assertThat(three.rest()).isEmpty();
        }
      }
      Await.until("the places are free again", () -> admission.connections() == 0);
      try (RawPeer four = RawPeer.clear(world)) {
        assertThat(RawPeer.status(four.send(HEALTH).reply())).isEqualTo(200);
      }
    }
  }

  @Test
  void tokensThatAreNobodysCountAgainstTheAddress() {
    Admission admission =
        Admission.create(
            ConfigSnapshot.of(DynamicConfig.defaults().withRateLimits(new RateLimitConfig(100, 1))),
            LimitsConfig.defaults());
    try (World world = World.start(settings -> settings.admission(admission))) {
      for (int i = 0; i < 10; i++) {
        try (RawPeer peer = RawPeer.clear(world)) {
          peer.send(
              "GET /search HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer nobodys\r\n\r\n");
          peer.reply();
        }
      }
      try (RawPeer peer = RawPeer.clear(world)) {
        peer.trySend(HEALTH.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        assertThat(peer.rest()).isEmpty();
      }
    }
  }
}
