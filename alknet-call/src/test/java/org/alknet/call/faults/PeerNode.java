package org.alknet.call.faults;

import static org.alknet.call.testing.Json.json;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.alknet.call.CallAdapter;
import org.alknet.call.CallClient;
import org.alknet.call.adapter.ImportPolicy;
import org.alknet.call.connection.CallConnection;
import org.alknet.call.connection.CallCredentials;
import org.alknet.call.connection.CallTarget;
import org.alknet.call.operation.CompositionAuthority;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.operation.ScopedPeerEnv;
import org.alknet.call.registry.OperationRegistry;
import org.alknet.call.testing.Elements;
import org.alknet.call.testing.Gate;
import org.alknet.call.testing.Handlers;
import org.alknet.call.testing.Ticks;
import org.alknet.core.AlknetDialer;
import org.alknet.core.AlknetEndpoint;
import org.alknet.core.config.ConfigIdentityProvider;
import org.alknet.core.config.ConfigSnapshot;
import org.alknet.core.config.DynamicConfig;
import org.alknet.core.config.StaticConfig;
import org.alknet.core.config.TransportConfig;
import org.alknet.core.credential.Capabilities;
import org.alknet.core.handler.HandlerRegistry;
import org.alknet.core.handler.ShutdownSignal;
import org.alknet.core.identity.AuthToken;
import org.alknet.core.identity.Identity;
import org.alknet.core.identity.IdentityProvider;
import org.alknet.core.tls.Ed25519SecretKey;
import org.alknet.core.tls.RemoteIdentity;
import org.alknet.core.tls.TlsIdentity;
import org.alknet.testkit.Await;

/**
 * A node whose operations never come to an end: one half of a pair of processes, of which one is
 * killed. A dead process says nothing, so the silence the transport puts up with is short; so is
 * what it takes in that nobody reads.
 */
public final class PeerNode implements AutoCloseable {
  private static final TransportConfig IMPATIENT =
      TransportConfig.defaults().toBuilder()
          .maxIdleTimeout(Duration.ofSeconds(2))
          .streamWindowBytes(64 * 1024)
          .build();
  private static final IdentityProvider NOBODY =
      new ConfigIdentityProvider(ConfigSnapshot.of(DynamicConfig.defaults()));

  /** Who shows a key to a node, whichever it is. */
  static final String CALLER = "caller";

  private static final IdentityProvider ANY_KEY =
      new IdentityProvider() {
        @Override
        public Optional<Identity> resolveFromFingerprint(String fingerprint) {
          return Optional.of(Identity.of(CALLER));
        }

        @Override
        public Optional<Identity> resolveFromToken(AuthToken token) {
          return Optional.empty();
        }
      };

  /** Elements of a subscription that is much longer than a stream's window. */
  static final int PAGES = 20_000;

  final Ticks pages = Ticks.to(PAGES);
  final Gate waiting = new Gate();
  final Gate composed = new Gate();
  final Ticks endless = Ticks.silentAfter(3);
  final ShutdownSignal signal = new ShutdownSignal();
  final CallAdapter adapter;
  final AlknetEndpoint endpoint;

  /** Starts serving on a port of its own. */
  PeerNode() {
    this(Duration.ofSeconds(2));
  }

  PeerNode(Duration drainTimeout) {
    OperationRegistry registry =
        OperationRegistry.builder()
            .withLocal(OperationSpec.query("node/wait").build(), waiting.handler())
            .withLocal(OperationSpec.query("node/inner").build(), composed.handler())
            .withLocal(
                OperationSpec.query("node/outer").build(),
                (input, ctx) -> ctx.env().invoke("node", "inner", input, ctx),
                CompositionAuthority.of("outer"),
                ScopedPeerEnv.of("node/inner"),
                Capabilities.empty())
            .withLocal(OperationSpec.query("node/echo").build(), Handlers.echo())
            .withLocalStreaming(OperationSpec.subscription("node/pages").build(), pages.handler())
            .withLocalStreaming(OperationSpec.subscription("node/ticks").build(), endless.handler())
            .build();
    adapter =
        CallAdapter.builder(registry, ANY_KEY)
            .importPolicy(ImportPolicy.manual())
            .shutdownSignal(signal)
            .build();
    endpoint =
        Await.result(
            AlknetEndpoint.start(
                StaticConfig.builder()
                    .listenAddresses(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                    .tlsIdentity(new TlsIdentity.RawKey(Ed25519SecretKey.generate()))
                    .transport(IMPATIENT)
                    .drainTimeout(drainTimeout)
                    .build(),
                HandlerRegistry.builder().register(adapter).build(),
                ConfigSnapshot.of(DynamicConfig.defaults()),
                ANY_KEY,
                signal));
  }

  String port() {
    return Integer.toString(endpoint.localAddress().getPort());
  }

  String fingerprint() {
    return endpoint.fingerprint().orElseThrow();
  }

  /** Something that dials as impatiently as a node listens. */
  static AlknetDialer dialler() {
    return AlknetDialer.builder().transport(IMPATIENT).build();
  }

  static CallClient client(AlknetDialer dialler) {
    return CallClient.builder(OperationRegistry.empty(), NOBODY).dialer(dialler).build();
  }

  /** Something that offers what never ends as well, and shows a key. */
  private static CallConnection dialBack(CallClient client, String port, String fingerprint) {
    return Await.result(
        client.connect(
            CallTarget.of(
                InetAddress.getLoopbackAddress().getHostAddress(), Integer.parseInt(port)),
            CallCredentials.none()
                .withTlsIdentity(new TlsIdentity.RawKey(Ed25519SecretKey.generate()))
                .withRemoteIdentity(RemoteIdentity.of(fingerprint))));
  }

  static CallConnection dial(CallClient client, PeerNode node) {
    return dial(client, node.port(), node.fingerprint());
  }

  static CallConnection dial(CallClient client, String port, String fingerprint) {
    return Await.result(
        client.connect(
            CallTarget.of(
                InetAddress.getLoopbackAddress().getHostAddress(), Integer.parseInt(port)),
            CallCredentials.none().withRemoteIdentity(RemoteIdentity.of(fingerprint))));
  }

  @Override
  public void close() {
    endpoint.close();
    adapter.close();
  }

  /** Serves, or dials and calls everything there is, until it is killed. */
  public static void main(String[] args) throws InterruptedException {
    if (args.length == 0) {
      try (PeerNode node = new PeerNode()) {
        System.out.println("port " + node.port());
        System.out.println("fingerprint " + node.fingerprint());
        Await.result(node.waiting.started());
        Await.result(node.composed.started());
        Await.result(node.endless.started());
        System.out.println("running");
        untilKilled();
      }
      return;
    }
    Gate asked = new Gate();
    Ticks ticks = Ticks.silentAfter(3);
    OperationRegistry offered =
        OperationRegistry.builder()
            .withLocal(OperationSpec.query("caller/wait").build(), asked.handler())
            .withLocalStreaming(OperationSpec.subscription("caller/ticks").build(), ticks.handler())
            .build();
    try (AlknetDialer dialler = dialler();
        CallClient client = CallClient.builder(offered, NOBODY).dialer(dialler).build();
        CallConnection connection = dialBack(client, args[0], args[1])) {
      var wait = connection.call("node/wait", json("1"));
      var outer = connection.call("node/outer", json("1"));
      Elements.all(connection.subscribe("node/ticks", json("1"))).await(3);
      System.out.println("calling " + wait + " " + outer);
      Await.result(asked.started());
      System.out.println("called");
      untilKilled();
    }
  }

  private static void untilKilled() throws InterruptedException {
    if (new Semaphore(0).tryAcquire(5, TimeUnit.MINUTES)) {
      throw new AssertionError("nobody releases it");
    }
  }
}
