package org.alknet.bench.core;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import javax.crypto.KeyAgreement;
import org.alknet.core.AlknetDialer;
import org.alknet.core.AlknetEndpoint;
import org.alknet.core.RemoteAddress;
import org.alknet.core.config.ConfigIdentityProvider;
import org.alknet.core.config.ConfigSnapshot;
import org.alknet.core.config.DynamicConfig;
import org.alknet.core.config.RateLimitConfig;
import org.alknet.core.config.StaticConfig;
import org.alknet.core.connection.Alpn;
import org.alknet.core.connection.AuthContext;
import org.alknet.core.connection.CloseCode;
import org.alknet.core.connection.CloseInfo;
import org.alknet.core.connection.Connection;
import org.alknet.core.handler.HandlerRegistry;
import org.alknet.core.handler.ProtocolHandler;
import org.alknet.core.identity.AuthPolicy;
import org.alknet.core.tls.ConnectionCredentials;
import org.alknet.core.tls.Ed25519SecretKey;
import org.alknet.core.tls.RemoteIdentity;
import org.alknet.core.tls.TlsIdentity;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Full mutual handshakes between two nodes in one process, beside the bare cryptographic operations
 * of one handshake with the JDK: both sides make an X25519 key and agree on a secret, sign once,
 * and verify two signatures each (the proof of possession and the carrier's own).
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class HandshakeBenchmark {
  private static final Alpn ALPN = Alpn.of("bench/handshake");

  private final Ed25519SecretKey clientKey = Ed25519SecretKey.generate();
  private final Ed25519SecretKey serverKey = Ed25519SecretKey.generate();
  private final byte[] transcript = new byte[130];
  private KeyPair signing;
  private AlknetEndpoint endpoint;
  private AlknetDialer dialer;
  private RemoteAddress address;
  private ConnectionCredentials credentials;

  /** Starts a node that closes each connection once it is served. */
  @Setup
  public void start() throws Exception {
    signing = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    ConfigSnapshot dynamic =
        ConfigSnapshot.of(
            new DynamicConfig(
                AuthPolicy.of(java.util.List.of(), java.util.List.of()),
                new RateLimitConfig(0, 5)));
    endpoint =
        AlknetEndpoint.start(
                StaticConfig.builder()
                    .listenAddresses(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                    .tlsIdentity(new TlsIdentity.RawKey(serverKey))
                    .build(),
                HandlerRegistry.builder().register(new Closing()).build(),
                dynamic,
                new ConfigIdentityProvider(dynamic))
            .toCompletableFuture()
            .get();
    dialer = AlknetDialer.create();
    address = RemoteAddress.of("127.0.0.1", endpoint.localAddress().getPort());
    credentials =
        new ConnectionCredentials(
            Optional.of(new TlsIdentity.RawKey(clientKey)),
            Optional.of(RemoteIdentity.of(serverKey.fingerprint())));
  }

  /** Stops everything. */
  @TearDown
  public void stop() {
    dialer.close();
    endpoint.close();
  }

  /** From the dial to the close that the server's handler sends: both sides are satisfied. */
  @Benchmark
  public CloseInfo fullMutualHandshake() throws Exception {
    Connection connection =
        dialer.dial(address, ALPN, credentials).toCompletableFuture().get(20, TimeUnit.SECONDS);
    return connection.closed().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  /** The asymmetric operations of one such handshake, on one thread. */
  @Benchmark
  public boolean bareCryptography() throws Exception {
    KeyPair one = KeyPairGenerator.getInstance("X25519").generateKeyPair();
    KeyPair two = KeyPairGenerator.getInstance("X25519").generateKeyPair();
    boolean good = agree(one, two).length == agree(two, one).length;
    for (int side = 0; side < 2; side++) {
      Signature signer = Signature.getInstance("Ed25519");
      signer.initSign(signing.getPrivate());
      signer.update(transcript);
      byte[] signature = signer.sign();
      for (int check = 0; check < 2; check++) {
        Signature verifier = Signature.getInstance("Ed25519");
        verifier.initVerify(signing.getPublic());
        verifier.update(transcript);
        good &= verifier.verify(signature);
      }
    }
    return good;
  }

  private static byte[] agree(KeyPair mine, KeyPair theirs) throws Exception {
    KeyAgreement agreement = KeyAgreement.getInstance("X25519");
    agreement.init(mine.getPrivate());
    agreement.doPhase(theirs.getPublic(), true);
    return agreement.generateSecret();
  }

  /** Is done with each connection at once. */
  private static final class Closing implements ProtocolHandler {
    @Override
    public Alpn alpn() {
      return ALPN;
    }

    @Override
    public CompletionStage<Void> handle(Connection connection, AuthContext auth) {
      connection.close(CloseCode.NO_ERROR, "done");
      return CompletableFuture.completedFuture(null);
    }
  }
}
