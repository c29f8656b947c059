package org.alknet.call;

import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.alknet.call.compose.PeerDirectory;
import org.alknet.call.connection.CallConnection;
import org.alknet.call.internal.dispatch.CallRuntime;
import org.alknet.call.registry.OperationRegistry;
import org.alknet.call.wire.EnvelopeTransport;
import org.alknet.core.AlknetDialer;
import org.alknet.core.connection.Alpn;
import org.alknet.core.connection.Alpns;
import org.alknet.core.connection.AuthContext;
import org.alknet.core.connection.Connection;
import org.alknet.core.handler.ProtocolHandler;
import org.alknet.core.identity.Identity;
import org.alknet.core.identity.IdentityProvider;

/**
 * Serves {@code alknet/call} on accepted connections: register it with the endpoint (spec/call.md
 * section 11.1).
 *
 * <p>Thread-safe. Owns a timer thread and, unless an executor was given, the handler threads, until
 * {@link #close()}; close it after the endpoint.
 */
public final class CallAdapter implements ProtocolHandler, AutoCloseable {
  private final CallRuntime runtime;

  private CallAdapter(CallRuntime runtime) {
    this.runtime = runtime;
  }

  /** Returns an adapter with the default limits. */
  public static CallAdapter of(OperationRegistry registry, IdentityProvider identities) {
    return builder(registry, identities).build();
  }

  /**
   * Starts an adapter.
   *
   * @param registry what callers can call
   * @param identities resolves the tokens of requests
   */
  public static Builder builder(OperationRegistry registry, IdentityProvider identities) {
    return new Builder(CallRuntime.builder(registry).identities(identities));
  }

  @Override
  public Alpn alpn() {
    return Alpns.CALL;
  }

  @Override
  public CompletionStage<Void> handle(Connection connection, AuthContext auth) {
    Objects.requireNonNull(auth, "auth");
    return runtime.serve(connection, auth.identity()).closed();
  }

  /**
   * Serves a connection that is not QUIC, in both directions, until it ends. It has no peer id and
   * takes no part in routing.
   *
   * @param caller who is at the other end, authenticated by whoever made the transport
   */
  @SuppressWarnings("exports") // the transport is for the HTTP module, as this method is
  public CallConnection serve(EnvelopeTransport transport, Optional<Identity> caller) {
    return runtime.serve(transport, caller);
  }

  /** Returns over which connection each peer is reached. */
  public PeerDirectory peers() {
    return runtime.peers();
  }

  /**
   * Looks up again who the peers of live connections are, dialled ones included, and closes those
   * whose key was revoked. To be called when the identity provider has changed.
   */
  public void recheckIdentities() {
    runtime.recheckIdentities();
  }

  /** Returns the door for other front ends, which lives as long as this adapter. */
  public RootInvoker rootInvoker() {
    return new RootInvoker(runtime, false);
  }

  /**
   * Returns a client that shares everything with this adapter and lives as long as it.
   *
   * @param dialer stays the caller's to close
   */
  public CallClient client(AlknetDialer dialer) {
    return new CallClient(runtime, false, Objects.requireNonNull(dialer, "dialer"), false);
  }

  /** Ends all connections, cancels the calls in work and stops the threads this adapter owns. */
  @Override
  public void close() {
    runtime.close();
  }

  /** Collects the optional parts of an adapter. Not thread-safe. */
  @SuppressWarnings("exports") // its superclass is an implementation detail
  public static final class Builder extends RuntimeOptions<Builder> {
    private Builder(CallRuntime.Builder runtime) {
      super(runtime);
    }

    @Override
    Builder self() {
      return this;
    }

    /** Starts the adapter. */
    public CallAdapter build() {
      return new CallAdapter(start());
    }
  }
}
