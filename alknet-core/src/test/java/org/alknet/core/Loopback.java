package org.alknet.core;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.alknet.canary.Canaries;
import org.alknet.core.config.ConfigIdentityProvider;
import org.alknet.core.config.ConfigReloadHandle;
import org.alknet.core.config.ConfigSnapshot;
import org.alknet.core.config.DynamicConfig;
import org.alknet.core.config.RateLimitConfig;
import org.alknet.core.config.StaticConfig;
import org.alknet.core.connection.Alpn;
import org.alknet.core.connection.AuthContext;
import org.alknet.core.connection.BiStream;
import org.alknet.core.connection.Connection;
import org.alknet.core.connection.RecvStream;
import org.alknet.core.handler.HandlerException;
import org.alknet.core.handler.HandlerRegistry;
import org.alknet.core.handler.ProtocolHandler;
import org.alknet.core.identity.AuthPolicy;
import org.alknet.core.identity.PeerEntry;
import org.alknet.core.observe.AuditLog;
import org.alknet.core.observe.CoreMetrics;
import org.alknet.core.tls.ConnectionCredentials;
import org.alknet.core.tls.Ed25519SecretKey;
import org.alknet.core.tls.RemoteIdentity;
import org.alknet.core.tls.TlsIdentity;

/**
 * What the loopback tests share: nodes with keys of their own on port 0, and blocking shorthand.
 */
final class Loopback {
  static final Alpn ECHO = Alpn.of("test/echo");
  private static final long LIMIT_SECONDS = 60;

  private Loopback() {}

  static StaticConfig.Builder listening(Ed25519SecretKey key) {
    Canaries.register("the key of a server", key.revealSeed());
    return StaticConfig.builder()
        .listenAddresses(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
        .tlsIdentity(new TlsIdentity.RawKey(key));
  }

  static ConfigReloadHandle peers(PeerEntry... entries) throws Exception {
    return ConfigReloadHandle.create(dynamic(entries), AuditLog.NONE, CoreMetrics.NONE);
  }

  static DynamicConfig dynamic(PeerEntry... entries) {
    return new DynamicConfig(
        AuthPolicy.of(List.of(entries), List.of()), RateLimitConfig.defaults());
  }

  static AlknetEndpoint start(
      StaticConfig config, ConfigSnapshot peers, ProtocolHandler... handlers) throws Exception {
    HandlerRegistry.Builder registry = HandlerRegistry.builder();
    for (ProtocolHandler handler : handlers) {
      registry.register(handler);
    }
    return await(
        AlknetEndpoint.start(config, registry.build(), peers, new ConfigIdentityProvider(peers)));
  }

  static RemoteAddress address(AlknetEndpoint endpoint) {
    InetSocketAddress bound = endpoint.localAddress();
    return RemoteAddress.of(bound.getAddress().getHostAddress(), bound.getPort());
  }

  static ConnectionCredentials pinned(AlknetEndpoint endpoint) {
    return ConnectionCredentials.none()
        .withRemoteIdentity(RemoteIdentity.of(endpoint.fingerprint().orElseThrow()));
  }

  static ConnectionCredentials as(Ed25519SecretKey key, AlknetEndpoint endpoint) {
    Canaries.register("the key of a client", key.revealSeed());
    return pinned(endpoint).withLocalIdentity(new TlsIdentity.RawKey(key));
  }

  static <T> T await(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(LIMIT_SECONDS, TimeUnit.SECONDS);
  }

  /** Polls until the condition holds. */
  static void until(BooleanSupplier condition) {
    long began = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - began > TimeUnit.SECONDS.toNanos(LIMIT_SECONDS)) {
        throw new AssertionError("not within " + LIMIT_SECONDS + " s");
      }
      LockSupport.parkNanos(1_000_000);
    }
  }

  static ProtocolHandler handler(Alpn alpn, Body body) {
    return new ProtocolHandler() {
      @Override
      public Alpn alpn() {
        return alpn;
      }

      @Override
      public CompletionStage<Void> handle(Connection connection, AuthContext auth)
          throws HandlerException {
        return body.handle(connection, auth);
      }
    };
  }

  interface Body {
    CompletionStage<Void> handle(Connection connection, AuthContext auth) throws HandlerException;
  }

  /** Sends back what each stream carries until the connection ends. */
  static ProtocolHandler echo() {
    return handler(ECHO, (connection, auth) -> echoAll(connection).exceptionally(ended -> null));
  }

  private static CompletionStage<Void> echoAll(Connection connection) {
    return connection
        .acceptBi()
        .thenCompose(
            stream -> {
              CompletionStage<Void> echoed = echoStream(stream, ByteBuffer.allocate(4096));
              echoed.exceptionally(failure -> null);
              return echoAll(connection);
            });
  }

  private static CompletionStage<Void> echoStream(BiStream stream, ByteBuffer buffer) {
    buffer.clear();
    return stream
        .recv()
        .read(buffer)
        .thenCompose(
            count ->
                count < 0
                    ? stream.send().finish()
                    : stream
                        .send()
                        .write(buffer.flip())
                        .thenCompose(written -> echoStream(stream, buffer)));
  }

  static String readAll(RecvStream stream) throws Exception {
    StringBuilder text = new StringBuilder();
    ByteBuffer buffer = ByteBuffer.allocate(1024);
    while (await(stream.read(buffer)) >= 0) {
      text.append(StandardCharsets.UTF_8.decode(buffer.flip()));
      buffer.clear();
    }
    return text.toString();
  }

  /** Sends a text over a stream of its own and returns what came back. */
  static String echoed(Connection connection, String text) throws Exception {
    BiStream stream = await(connection.openBi());
    await(stream.send().finish(bytes(text)));
    return readAll(stream.recv());
  }

  static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }
}
