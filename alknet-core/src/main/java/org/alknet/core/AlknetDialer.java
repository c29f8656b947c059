package org.alknet.core;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.alknet.core.config.TransportConfig;
import org.alknet.core.connection.Alpn;
import org.alknet.core.connection.CloseCode;
import org.alknet.core.connection.Connection;
import org.alknet.core.internal.quic.DialFailure;
import org.alknet.core.internal.quic.EventLoops;
import org.alknet.core.internal.quic.QuicConnection;
import org.alknet.core.internal.quic.QuicDialer;
import org.alknet.core.internal.tls.ServerVerification;
import org.alknet.core.observe.LogLine;
import org.alknet.core.tls.ConnectionCredentials;
import org.alknet.core.tls.RemoteIdentity;

/**
 * The dialling side of a node. Each dial offers one protocol and verifies the server as
 * spec/core.md section 10.3 says: pinned fingerprints if there are any, else certificate authority
 * and host name; a raw key without a pin is refused.
 *
 * <p>Thread-safe. Owns its I/O threads until {@link #close()}, which ends its connections.
 */
public final class AlknetDialer implements AutoCloseable {
  private static final Logger LOG = System.getLogger(AlknetDialer.class.getName());
  private static final int MAX_QUEUED_LOOKUPS = 1024;

  private final EventLoops loops;
  private final QuicDialer dialer;
  private final ThreadPoolExecutor resolver;
  private final Duration timeout;

  private AlknetDialer(Builder builder) {
    this.loops = EventLoops.create("alknet-dialer", builder.threads, true);
    this.dialer = new QuicDialer(loops, builder.transport);
    this.timeout = builder.transport.handshakeTimeout();
    this.resolver =
        new ThreadPoolExecutor(
            2,
            2,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(MAX_QUEUED_LOOKUPS),
            task -> {
              Thread thread = new Thread(task, "alknet-resolver");
              thread.setDaemon(true);
              return thread;
            });
    resolver.allowCoreThreadTimeOut(true);
  }

  /** Returns a dialler with default parameters. */
  public static AlknetDialer create() {
    return builder().build();
  }

  /** Returns a builder with the default parameters. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Dials with the timeout of the transport configuration.
   *
   * @return as {@link #dial(RemoteAddress, Alpn, ConnectionCredentials, Duration)}
   */
  public CompletionStage<Connection> dial(
      RemoteAddress remote, Alpn alpn, ConnectionCredentials credentials) {
    return dial(remote, alpn, credentials, timeout);
  }

  /**
   * Dials.
   *
   * @param limit time for everything from the look-up of the name to the end of the handshake
   * @return completes with a connection to a server that passed verification, or exceptionally with
   *     a {@link DialException}. The server may still refuse this side right afterwards: it judges
   *     the client after the client has finished. Cancelling it gives the dial up.
   */
  public CompletionStage<Connection> dial(
      RemoteAddress remote, Alpn alpn, ConnectionCredentials credentials, Duration limit) {
    Objects.requireNonNull(remote, "remote");
    Objects.requireNonNull(alpn, "alpn");
    Optional<RemoteIdentity> expected = credentials.remoteIdentity();
    CompletableFuture<Connection> result = new CompletableFuture<>();
    if (expected.isPresent() && !expected.get().enabled()) {
      result.completeExceptionally(
          new DialException.LocalSetup("the peer to dial is disabled", null));
      return result;
    }
    long began = System.nanoTime();
    try {
      resolver.execute(
          () -> {
            try {
              InetAddress address = InetAddress.getByName(remote.host());
              attempt(
                  address,
                  remote,
                  alpn,
                  credentials,
                  limit.minusNanos(System.nanoTime() - began),
                  result);
            } catch (UnknownHostException unknown) {
              result.completeExceptionally(new DialException.UnknownHost(remote.host(), unknown));
            }
          });
    } catch (RejectedExecutionException full) {
      result.completeExceptionally(
          new DialException.LocalSetup("this dialler is closed or has too much to do", full));
    }
    return result.orTimeout(limit.toMillis() + 1000, TimeUnit.MILLISECONDS);
  }

  private void attempt(
      InetAddress address,
      RemoteAddress remote,
      Alpn alpn,
      ConnectionCredentials credentials,
      Duration left,
      CompletableFuture<Connection> result) {
    if (left.isNegative() || left.isZero()) {
      result.completeExceptionally(
          new DialException.Timeout("looking up " + remote.host() + " took too long"));
      return;
    }
    CompletableFuture<QuicConnection> dial =
        dialer.dial(
            address,
            remote.port(),
            remote.verifiedName(),
            alpn,
            credentials.localIdentity(),
            credentials.remoteIdentity(),
            left);
    CompletionStage<QuicConnection> attempt = dial;
    attempt.whenComplete(
        (connection, failure) -> {
          if (failure != null) {
            result.completeExceptionally(translate(remote, failure));
          } else if (!result.complete(connection)) {
            connection.close(CloseCode.NO_ERROR, "");
          }
        });
    CompletionStage<Connection> watched = result;
    watched.whenComplete((connection, failure) -> dial.cancel(false));
  }

  private static DialException translate(RemoteAddress remote, Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (!(cause instanceof DialFailure dial)) {
      return new DialException.Refused("the dial to " + remote + " was given up", cause);
    }
    String message = "cannot connect to " + remote + ": " + dial.getMessage();
    return switch (dial.kind()) {
      case TIMEOUT -> new DialException.Timeout(message);
      case NO_COMMON_ALPN -> new DialException.NoCommonAlpn(message);
      case SETUP -> new DialException.LocalSetup(message, dial);
      case VERIFICATION -> verification(remote, dial.verification().orElseThrow(), dial);
      case REFUSED -> new DialException.Refused(message, dial);
    };
  }

  private static DialException verification(
      RemoteAddress remote, ServerVerification.Failure failure, DialFailure cause) {
    LOG.log(
        Level.WARNING,
        () ->
            LogLine.event("server_refused")
                .field("remote", remote.toString())
                .field("presented", failure.presented().orElse("none"))
                .field("reason", failure.detail())
                .toString());
    return new DialException.PeerVerification(
        reason(failure.refusal()),
        failure.presented().orElse(null),
        "cannot verify " + remote + ": " + failure.detail(),
        cause);
  }

  private static DialException.PeerVerification.Reason reason(ServerVerification.Refusal refusal) {
    return switch (refusal) {
      case PIN_MISMATCH -> DialException.PeerVerification.Reason.PIN_MISMATCH;
      case RAW_KEY_WITHOUT_PIN -> DialException.PeerVerification.Reason.RAW_KEY_WITHOUT_PIN;
      case HOST_NAME -> DialException.PeerVerification.Reason.HOST_NAME_MISMATCH;
      case UNTRUSTED -> DialException.PeerVerification.Reason.UNTRUSTED_CERTIFICATE;
    };
  }

  /** Ends the connections of this dialler and its threads; waits for them, at most two seconds. */
  @Override
  public void close() {
    resolver.shutdownNow();
    dialer
        .closeConnections()
        .toCompletableFuture()
        .completeOnTimeout(null, 1, TimeUnit.SECONDS)
        .thenCompose(closed -> loops.stop(Duration.ofSeconds(1)))
        .completeOnTimeout(null, 2, TimeUnit.SECONDS)
        .join();
  }

  /** Collects parameters. Not thread-safe. */
  public static final class Builder {
    private TransportConfig transport = TransportConfig.defaults();
    private int threads = 1;

    private Builder() {}

    /** Sets the transport parameters, the authorities and the dial timeout. */
    public Builder transport(TransportConfig value) {
      this.transport = Objects.requireNonNull(value, "transport");
      return this;
    }

    /** Sets how many threads move packets, 1 to 64. */
    public Builder ioThreads(int value) {
      if (value < 1 || value > 64) {
        throw new IllegalArgumentException("I/O threads are 1 to 64, not " + value);
      }
      this.threads = value;
      return this;
    }

    /** Returns a dialler. */
    public AlknetDialer build() {
      return new AlknetDialer(this);
    }
  }
}
