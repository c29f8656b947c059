package org.alknet.core;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.alknet.core.config.TransportConfig;
import org.alknet.core.connection.Alpn;
import org.alknet.core.connection.Connection;
import org.alknet.core.internal.quic.EventLoops;
import org.alknet.core.internal.quic.QuicDialer;
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
  private static final int MAX_QUEUED_LOOKUPS = 1024;

  private final EventLoops loops;
  private final QuicDialer dialer;
  private final ThreadPoolExecutor resolver;
  private final Duration timeout;
  private final Dial.Lookup lookup;

  private AlknetDialer(Builder builder) {
    this.loops = EventLoops.create("alknet-dialer", builder.threads, true);
    this.dialer = new QuicDialer(loops, builder.transport);
    this.timeout = builder.transport.handshakeTimeout();
    this.lookup = builder.lookup;
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
   * <p>A name with several addresses is tried at the first four, one after the other, until one
   * answers.
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
    Dial dial = new Dial(dialer, remote, alpn, credentials, limit, result);
    try {
      resolver.execute(() -> dial.start(lookup));
    } catch (RejectedExecutionException full) {
      result.completeExceptionally(
          new DialException.LocalSetup("this dialler is closed or has too much to do", full));
    }
    return result;
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
    private Dial.Lookup lookup = InetAddress::getAllByName;

    private Builder() {}

    /** Sets how names become addresses; for tests. */
    Builder lookup(Dial.Lookup value) {
      this.lookup = value;
      return this;
    }

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
