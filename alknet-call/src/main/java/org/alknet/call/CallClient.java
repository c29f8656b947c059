package org.alknet.call;

import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.alknet.call.compose.PeerDirectory;
import org.alknet.call.connection.CallConnection;
import org.alknet.call.connection.CallCredentials;
import org.alknet.call.connection.CallTarget;
import org.alknet.call.connection.ClientException;
import org.alknet.call.internal.dispatch.CallRuntime;
import org.alknet.call.internal.schedule.Stages;
import org.alknet.call.registry.OperationRegistry;
import org.alknet.core.AlknetDialer;
import org.alknet.core.DialException;
import org.alknet.core.connection.Alpns;
import org.alknet.core.connection.Connection;
import org.alknet.core.identity.IdentityProvider;
import org.jspecify.annotations.Nullable;

/**
 * Makes dialled connections callable, in both directions: the peer can call back whatever this
 * side's registry offers it (spec/call.md section 18).
 *
 * <p>Thread-safe. Owns a timer thread and, unless they were given, the handler threads and the
 * dialler, until {@link #close()}; one obtained from a {@link CallAdapter} owns nothing.
 */
public final class CallClient implements AutoCloseable {
  private final CallRuntime runtime;
  private final boolean ownsRuntime;
  private final AlknetDialer dialer;
  private final boolean ownsDialer;
  private final boolean imports;

  CallClient(CallRuntime runtime, boolean ownsRuntime, AlknetDialer dialer, boolean ownsDialer) {
    this(runtime, ownsRuntime, dialer, ownsDialer, true);
  }

  private CallClient(
      CallRuntime runtime,
      boolean ownsRuntime,
      AlknetDialer dialer,
      boolean ownsDialer,
      boolean imports) {
    this.runtime = runtime;
    this.ownsRuntime = ownsRuntime;
    this.dialer = dialer;
    this.ownsDialer = ownsDialer;
    this.imports = imports;
  }

  /**
   * Starts a client.
   *
   * @param registry what the peers can call back
   * @param identities says who a pinned peer is and resolves the tokens of its requests
   */
  public static Builder builder(OperationRegistry registry, IdentityProvider identities) {
    return new Builder(CallRuntime.builder(registry).identities(identities));
  }

  /**
   * Returns a client that shares everything with this one, and imports nothing from the nodes it
   * connects to, whatever the import policy says of known peers. It owns nothing and lives as long
   * as this one.
   */
  public CallClient withoutAutomaticImport() {
    return new CallClient(runtime, false, dialer, false, false);
  }

  /**
   * Dials a node. Success means that the server was verified; that it accepted us shows at the
   * first call, since its refusal may arrive a moment later.
   *
   * @return completes on the handler executor, exceptionally with a {@link ClientException};
   *     cancelling it gives up the dial
   */
  public CompletionStage<CallConnection> connect(CallTarget target, CallCredentials credentials) {
    Objects.requireNonNull(credentials, "credentials");
    CompletionStage<Connection> dial =
        dialer.dial(target.address(), Alpns.CALL, credentials.connection());
    CompletableFuture<CallConnection> result = new CompletableFuture<>();
    Stages.listen(
        dial,
        (connection, failure) -> {
          if (connection == null) {
            runtime.execute(() -> result.completeExceptionally(translate(failure)));
            return;
          }
          CallConnection call = spawnDispatch(connection, credentials);
          runtime.execute(
              () -> {
                if (!result.complete(call)) {
                  call.close();
                }
              });
        });
    Stages.listen(
        result,
        (call, failure) -> {
          if (result.isCancelled()) {
            dial.toCompletableFuture().cancel(false);
          }
        });
    return result;
  }

  private static Throwable translate(@Nullable Throwable failure) {
    return failure instanceof DialException dial
        ? ClientException.from(dial)
        : new ClientException.Transport("the dial failed", failure);
  }

  /**
   * Runs the protocol on an established connection, which then belongs to the result.
   *
   * @param connection its proven fingerprint, if it resolves, says who the peer is
   */
  public CallConnection spawnDispatch(Connection connection) {
    return runtime.dialled(connection, Optional.empty(), true, imports);
  }

  /**
   * Runs the protocol on an established connection with the credentials it was dialled with: their
   * token goes with outgoing requests, and only a pinned peer is looked up by its key.
   */
  public CallConnection spawnDispatch(Connection connection, CallCredentials credentials) {
    Objects.requireNonNull(credentials, "credentials");
    return runtime.dialled(
        connection, credentials.authToken(), credentials.remoteIdentity().isPresent(), imports);
  }

  CallRuntime runtime() {
    return runtime;
  }

  /** Returns over which connection each peer is reached. */
  public PeerDirectory peers() {
    return runtime.peers();
  }

  /**
   * Looks up again who the peers of live connections are, and closes those whose key was revoked.
   * To be called when the identity provider has changed.
   */
  public void recheckIdentities() {
    runtime.recheckIdentities();
  }

  /** Ends the connections, cancels the calls in work and stops the threads this client owns. */
  @Override
  public void close() {
    if (ownsRuntime) {
      runtime.close();
    }
    if (ownsDialer) {
      dialer.close();
    }
  }

  /** Collects the optional parts of a client. Not thread-safe. */
  @SuppressWarnings("exports") // its superclass is an implementation detail
  public static final class Builder extends RuntimeOptions<Builder> {
    private @Nullable AlknetDialer dialer;

    private Builder(CallRuntime.Builder runtime) {
      super(runtime);
    }

    @Override
    Builder self() {
      return this;
    }

    /** Sets the dialler, which stays the caller's to close. */
    public Builder dialer(AlknetDialer value) {
      this.dialer = Objects.requireNonNull(value, "value");
      return this;
    }

    /** Starts the client. */
    public CallClient build() {
      AlknetDialer given = dialer;
      return given == null
          ? new CallClient(start(), true, AlknetDialer.create(), true)
          : new CallClient(start(), true, given, false);
    }
  }
}
