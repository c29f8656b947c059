package org.alknet.core.internal.quic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.alknet.core.config.ConfigSnapshot;
import org.alknet.core.config.DynamicConfig;
import org.alknet.core.config.LimitsConfig;
import org.alknet.core.config.TransportConfig;
import org.alknet.core.connection.Alpn;
import org.alknet.core.connection.CloseCode;
import org.alknet.core.handler.Admission;
import org.alknet.core.internal.tls.AuthorityTrust;
import org.alknet.core.internal.tls.PresentedIdentity;
import org.alknet.core.internal.tls.ServerVerification;
import org.alknet.core.internal.tls.TlsSetupException;
import org.alknet.core.tls.Ed25519SecretKey;
import org.alknet.core.tls.RemoteIdentity;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Somebody who shows another node's certificate and signs with a key of his own must not get
 * through the handshake, on either side. The forger goes through the signing callback: a key that
 * does not fit its certificate would be refused before a packet is sent, and prove nothing.
 */
class ForgedPossessionIT {
  private static final Alpn ALPN = Alpn.of("test/forged");
  private static final TransportConfig TRANSPORT = TransportConfig.defaults();

  private final EventLoops loops = EventLoops.create("forged-test", 1, true);
  private final Ed25519SecretKey serverKey = Ed25519SecretKey.generate();
  private final Ed25519SecretKey victim = Ed25519SecretKey.generate();
  private final Ed25519SecretKey forger = Ed25519SecretKey.generate();
  private final CompletableFuture<QuicConnection> established = new CompletableFuture<>();
  private final CompletableFuture<String> failed = new CompletableFuture<>();

  @AfterEach
  void stop() throws Exception {
    await(loops.stop(Duration.ofSeconds(5)));
  }

  @Test
  void clientWithAnothersCertificateNeverBecomesAConnection() throws Exception {
    QuicListener listener = listen(PresentedIdentity.rawKey(serverKey));

    QuicConnection client = await(dial(listener, forged(), serverKey.fingerprint()));

    // The client finishes first; the refusal reaches it afterwards.
    await(client.closed());
    assertThat(await(failed)).isNotEmpty();
    assertThat(established).isNotDone();
  }

  @Test
  void honestClientGetsThroughTheSameListener() throws Exception {
    QuicListener listener = listen(PresentedIdentity.rawKey(serverKey));

    QuicConnection client =
        await(dial(listener, PresentedIdentity.rawKey(victim), serverKey.fingerprint()));
    await(client.closed());

    assertThat(await(established).remoteFingerprint()).contains(victim.fingerprint());
  }

  @Test
  void serverWithAnothersCertificateIsRefusedByAClientThatPinsIt() throws Exception {
    QuicListener listener = listen(forged());

    assertThatThrownBy(
            () -> await(dial(listener, PresentedIdentity.rawKey(serverKey), victim.fingerprint())))
        .cause()
        .isInstanceOf(DialFailure.class);
    assertThat(established).isNotDone();
  }

  /** The victim's carrier, with signatures of somebody else. */
  private PresentedIdentity forged() throws TlsSetupException {
    return new PresentedIdentity(
        PresentedIdentity.rawKey(victim).chain(), (scheme, transcript) -> forger.sign(transcript));
  }

  private QuicListener listen(PresentedIdentity identity) throws Exception {
    Admission admission =
        Admission.create(ConfigSnapshot.of(DynamicConfig.defaults()), LimitsConfig.defaults());
    return await(
        QuicListener.bind(
            loops,
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            new QuicListener.Setup(
                identity,
                List.of(ALPN),
                TRANSPORT,
                admission,
                () -> false,
                System::nanoTime,
                new Watch())));
  }

  private final class Watch implements QuicListener.Events {
    @Override
    public void established(QuicConnection connection, long handshakeNanos) {
      established.complete(connection);
      connection.close(CloseCode.NO_ERROR, "seen");
    }

    @Override
    public void handshakeFailed(InetSocketAddress remote, String reason) {
      failed.complete(reason);
    }

    @Override
    public void limited(InetSocketAddress remote, Admission.Refusal why) {
      failed.complete(why.name());
    }

    @Override
    public void handshakesChanged() {}

    @Override
    public void credentialRejected(QuicConnection connection) {}
  }

  private CompletableFuture<QuicConnection> dial(
      QuicListener listener, PresentedIdentity identity, String pin) throws TlsSetupException {
    return new QuicDial(
            loops.group(),
            TRANSPORT,
            new ClientTls(Optional.of(identity), ALPN),
            new ServerVerification(
                Optional.of(RemoteIdentity.of(pin)),
                new AuthorityTrust(Optional.empty()),
                "127.0.0.1"),
            Optional.empty(),
            ALPN,
            listener.localAddress(),
            Duration.ofSeconds(10))
        .start();
  }

  private static <T> T await(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
  }
}
