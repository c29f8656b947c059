package org.alknet.core.internal.quic;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicSslContext;
import io.netty.handler.codec.quic.QuicSslContextBuilder;
import io.netty.handler.codec.quic.QuicSslEngine;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamType;
import io.netty.handler.codec.quic.SslEarlyDataReadyEvent;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.alknet.core.TestPki;
import org.alknet.core.config.TransportConfig;
import org.alknet.core.connection.Alpn;
import org.alknet.core.internal.tls.PresentedIdentity;
import org.alknet.core.internal.tls.TlsSetupException;
import org.alknet.core.tls.Ed25519SecretKey;
import org.alknet.core.tls.RemoteIdentity;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What our TLS contexts put on the wire, seen by a client or server that is not ours. */
class TlsContextsIT {
  private static final Alpn ALPN = Alpn.of("test/tls");
  private static final TransportConfig TRANSPORT = TransportConfig.defaults();
  private static final String NAME = "node.alknet.test";

  private final EventLoops loops = EventLoops.create("tls-test", 1, true);
  private final BlockingQueue<Boolean> full = new LinkedBlockingQueue<>();
  private final Ed25519SecretKey serverKey = Ed25519SecretKey.generate();

  @TempDir private java.nio.file.Path directory;

  @AfterEach
  void stop() throws Exception {
    loops.stop(Duration.ofSeconds(5)).toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  @Test
  void aClientThatKeepsSessionsHandshakesInFullEachTime() throws Exception {
    CachingClient client = new CachingClient();
    ServerTls tls = tls();
    Channel server = serve(tls::newEngine, tls);

    for (int i = 0; i < 5; i++) {
      assertThat(client.resumes(server)).isFalse();
      assertThat(full.poll(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  /**
   * Shows that the test above would notice, because the same client does resume where ticket keys
   * last; and that a resumed handshake would not count even then.
   */
  @Test
  void aResumedHandshakeIsNoticed() throws Exception {
    CachingClient client = new CachingClient();
    ServerTls tls = tls();
    Channel server = serve(tls.context()::newEngine, tls);

    assertThat(client.resumes(server)).isFalse();
    assertThat(full.poll(20, TimeUnit.SECONDS)).isTrue();
    assertThat(client.resumes(server)).isTrue();
    assertThat(full.poll(20, TimeUnit.SECONDS)).isFalse();
  }

  /** Our tickets, were they any good, would not invite early data; those of others do. */
  @Test
  void ticketsDoNotInviteEarlyData() throws Exception {
    CachingClient client = new CachingClient();
    ServerTls tls = tls();
    Channel server = serve(tls.context()::newEngine, tls);
    Channel careless = serve(careless()::newEngine, tls);

    assertThat(client.resumes(server)).isFalse();
    assertThat(client.resumes(server)).isTrue();
    assertThat(client.earlyData).hasValue(0);

    CachingClient other = new CachingClient();
    assertThat(other.resumes(careless)).isFalse();
    assertThat(other.resumes(careless)).isTrue();
    assertThat(other.earlyData).hasValue(1);
  }

  /** A full handshake means that nothing of what was sent before it was looked at. */
  @Test
  void earlyDataOfAClientThatThinksItMayIsNotAccepted() throws Exception {
    ServerTls tls = tls();
    Channel server = serve(tls::newEngine, tls);
    Channel careless = serve(careless()::newEngine, tls);
    for (int i = 1; i <= 3; i++) {
      CachingClient client = new CachingClient();
      assertThat(client.resumes(careless)).isFalse();
      full.clear();

      assertThat(client.resumes(server)).isFalse();

      assertThat(client.earlyData).hasValue(1);
      assertThat(full.poll(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  /** A server that hands out tickets for early data and accepts it. */
  private QuicSslContext careless() throws Exception {
    TestPki.Certified certified = TestPki.selfSigned(TestPki.ec("secp256r1"));
    return QuicSslContextBuilder.forServer(
            certified.keys().getPrivate(), null, certified.certificate())
        .applicationProtocols(TlsContexts.text(ALPN))
        .earlyData(true)
        .build();
  }

  @Test
  void aCertificateIsAskedOfTheClientWithoutHintsAndNotRequired() throws Exception {
    AskedFor asked = new AskedFor();
    QuicSslContext client = common(QuicSslContextBuilder.forClient().keyManager(asked, "")).build();
    ServerTls tls = tls();
    Channel server = serve(tls::newEngine, tls);

    connect(server, client.newEngine(ByteBufAllocator.DEFAULT)).close().sync();

    assertThat(asked.issuers).isCompleted();
    assertThat(asked.issuers.join()).isEmpty();
  }

  @Test
  void theServersFirstCommonProtocolWins() throws Exception {
    Alpn second = Alpn.of("test/second");
    ServerTls tls =
        new ServerTls(
            PresentedIdentity.rawKey(serverKey), List.of(Alpn.of("test/other"), ALPN, second));
    Channel server = serve(tls::newEngine, tls);
    QuicSslContext client =
        common(QuicSslContextBuilder.forClient())
            .applicationProtocols(TlsContexts.text(second), TlsContexts.text(ALPN))
            .build();
    QuicSslEngine engine = client.newEngine(ByteBufAllocator.DEFAULT);

    connect(server, engine);

    assertThat(engine.getApplicationProtocol()).isEqualTo(TlsContexts.text(ALPN));
  }

  @Test
  void theServerNameIsSentForNamesOnlyAndNotToPinnedPeers() throws Exception {
    TestPki.Certified authority = TestPki.authority("authority");
    TestPki.Certified leaf = TestPki.leaf(authority, TestPki.ec("secp256r1"), NAME, "127.0.0.1");
    PresentedIdentity identity = PresentedIdentity.load(TestPki.identity(directory, leaf));
    QuicDialer dialer =
        new QuicDialer(
            loops,
            TransportConfig.builder()
                .caBundle(
                    TestPki.writePem(directory.resolve("ca.pem"), "CERTIFICATE", authority.der()))
                .build());

    assertThat(nameSent(identity, dialer, NAME, Optional.empty())).contains(NAME);
    assertThat(nameSent(identity, dialer, "127.0.0.1", Optional.empty())).isEmpty();
    assertThat(
            nameSent(
                identity, dialer, NAME, Optional.of(RemoteIdentity.of(identity.fingerprint()))))
        .isEmpty();
  }

  private Optional<String> nameSent(
      PresentedIdentity identity, QuicDialer dialer, String name, Optional<RemoteIdentity> remote)
      throws Exception {
    ServerTls real = new ServerTls(identity, List.of(ALPN));
    CompletableFuture<Optional<String>> sent = new CompletableFuture<>();
    QuicSslContext listening =
        QuicSslContextBuilder.buildForServerWithSni(
            asked -> {
              sent.complete(Optional.ofNullable(asked));
              return real.context();
            });
    Channel server = serve(listening::newEngine, real);
    InetSocketAddress address = (InetSocketAddress) server.localAddress();
    dialer
        .dial(
            address.getAddress(),
            address.getPort(),
            name,
            ALPN,
            Optional.empty(),
            remote,
            Duration.ofSeconds(10))
        .get(20, TimeUnit.SECONDS);
    return sent.get(20, TimeUnit.SECONDS);
  }

  private ServerTls tls() throws TlsSetupException {
    return new ServerTls(PresentedIdentity.rawKey(serverKey), List.of(ALPN));
  }

  /** Closes each connection as soon as its handshake is over, and notes whether it was full. */
  private Channel serve(Function<ByteBufAllocator, QuicSslEngine> engines, ServerTls tls)
      throws Exception {
    return new Bootstrap()
        .group(loops.group())
        .channel(NioDatagramChannel.class)
        .handler(
            QuicCodecs.server(
                TRANSPORT,
                new RetryTokens(() -> false, System::nanoTime),
                Optional.empty(),
                channel -> engines.apply(channel.alloc()),
                new ChannelInboundHandlerAdapter() {
                  @Override
                  public boolean isSharable() {
                    return true;
                  }

                  @Override
                  public void channelActive(ChannelHandlerContext ctx) {
                    QuicChannel channel = (QuicChannel) ctx.channel();
                    full.add(tls.finish(channel.sslEngine()));
                    // Behind the tickets, if there are any, so that the client has seen them.
                    Channels.close(channel);
                  }
                }))
        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
        .sync()
        .channel();
  }

  private QuicChannel connect(Channel server, QuicSslEngine engine) throws Exception {
    return connect(server, engine, new ChannelInboundHandlerAdapter());
  }

  private QuicChannel connect(Channel server, QuicSslEngine engine, ChannelHandler handler)
      throws Exception {
    Channel udp =
        new Bootstrap()
            .group(loops.group())
            .channel(NioDatagramChannel.class)
            .handler(QuicCodecs.client(TRANSPORT, channel -> engine))
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .sync()
            .channel();
    QuicChannel channel =
        QuicChannel.newBootstrap(udp)
            .handler(handler)
            .remoteAddress(server.localAddress())
            .connect()
            .get(20, TimeUnit.SECONDS);
    channel.closeFuture().addListener(closed -> Channels.close(udp));
    return channel;
  }

  private static QuicSslContextBuilder common(QuicSslContextBuilder builder) {
    return builder
        .option(
            io.netty.handler.codec.quic.BoringSSLContextOption.SIGNATURE_ALGORITHMS,
            new String[] {"ed25519", "ecdsa_secp256r1_sha256"})
        .trustManager(new Counting(new AtomicInteger()))
        .applicationProtocols(TlsContexts.text(ALPN));
  }

  /** A client that would like to resume. */
  private final class CachingClient {
    private final AtomicInteger verifications = new AtomicInteger();
    private final AtomicInteger earlyData = new AtomicInteger();
    private final QuicSslContext context =
        common(QuicSslContextBuilder.forClient())
            .trustManager(new Counting(verifications))
            .earlyData(true)
            .sessionCacheSize(16)
            .sessionTimeout(300)
            .build();

    /** Connects, waits until the server closed, and tells whether the handshake was short. */
    boolean resumes(Channel server) throws Exception {
      QuicSslEngine engine = context.newEngine(ByteBufAllocator.DEFAULT, NAME, 4433);
      int before = verifications.get();
      QuicChannel channel = TlsContextsIT.this.connect(server, engine, new Early(earlyData));
      channel.closeFuture().get(20, TimeUnit.SECONDS);
      return verifications.get() == before; // a resumed handshake shows no certificate
    }
  }

  /** Sends early data as soon as it may. */
  private static final class Early extends ChannelInboundHandlerAdapter {
    private final AtomicInteger count;

    Early(AtomicInteger count) {
      this.count = count;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event instanceof SslEarlyDataReadyEvent) {
        count.incrementAndGet();
        ((QuicChannel) ctx.channel())
            .createStream(QuicStreamType.BIDIRECTIONAL, new ChannelInboundHandlerAdapter())
            .addListener(
                (Future<QuicStreamChannel> created) ->
                    created
                        .getNow()
                        .writeAndFlush(Unpooled.copiedBuffer("early", StandardCharsets.US_ASCII))
                        .addListener(written -> {}));
      }
      ctx.fireUserEventTriggered(event);
    }
  }

  /** Counts verifications; verifies nothing, which is nobody's business but this test's. */
  private static final class Counting extends javax.net.ssl.X509ExtendedTrustManager {
    private final AtomicInteger count;

    Counting(AtomicInteger count) {
      this.count = count;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
      count.incrementAndGet();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {
      count.incrementAndGet();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {
      count.incrementAndGet();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {
      throw new IllegalStateException("a client");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {
      throw new IllegalStateException("a client");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
      throw new IllegalStateException("a client");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  /** Notes what a server asks for and has nothing to show. */
  private static final class AskedFor extends X509ExtendedKeyManager {
    private final CompletableFuture<Set<Principal>> issuers = new CompletableFuture<>();

    @Override
    public @Nullable String chooseEngineClientAlias(
        String[] keyTypes, Principal[] wanted, SSLEngine engine) {
      issuers.complete(wanted == null ? Set.of() : Set.of(wanted));
      return null;
    }

    @Override
    public @Nullable String chooseClientAlias(
        String[] keyTypes, Principal[] wanted, Socket socket) {
      return null;
    }

    @Override
    public @Nullable String chooseServerAlias(String keyType, Principal[] wanted, Socket socket) {
      return null;
    }

    @Override
    public String[] getClientAliases(String keyType, Principal[] wanted) {
      return new String[0];
    }

    @Override
    public String[] getServerAliases(String keyType, Principal[] wanted) {
      return new String[0];
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
      return new X509Certificate[0];
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
      return null;
    }
  }
}
