package org.alknet.call;

import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.alknet.call.adapter.ImportPolicy;
import org.alknet.call.compose.PeerDirectory;
import org.alknet.call.compose.SessionOverlaySource;
import org.alknet.call.connection.CallConnection;
import org.alknet.call.connection.CallLimits;
import org.alknet.call.connection.ForwardedForPolicy;
import org.alknet.call.connection.StreamUsage;
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
import org.alknet.core.observe.CoreMetrics;

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
  public static final class Builder {
    private final CallRuntime.Builder runtime;

    private Builder(CallRuntime.Builder runtime) {
      this.runtime = runtime;
    }

    /** Sets the limits. */
    public Builder limits(CallLimits limits) {
      runtime.limits(limits);
      return this;
    }

    /** Sets where handlers run; the executor stays the caller's to stop. */
    public Builder executor(Executor executor) {
      runtime.executor(executor);
      return this;
    }

    /** Sets where counters go. */
    public Builder metrics(CoreMetrics metrics) {
      runtime.metrics(metrics);
      return this;
    }

    /** Sets how outgoing requests use streams. */
    public Builder streamUsage(StreamUsage usage) {
      runtime.streamUsage(usage);
      return this;
    }

    /** Shares a directory of peers with other adapters and clients of the node. */
    public Builder peers(PeerDirectory directory) {
      runtime.peers(directory);
      return this;
    }

    /** Sets what is imported from known peers; everything by default. */
    public Builder importPolicy(ImportPolicy policy) {
      runtime.importPolicy(policy);
      return this;
    }

    /** Sets whether forwarded calls name the end user; they do by default. */
    public Builder forwardedFor(ForwardedForPolicy policy) {
      runtime.forwardedFor(policy);
      return this;
    }

    /** Sets who finds the session a call belongs to; there are none by default. */
    public Builder sessions(SessionOverlaySource source) {
      runtime.sessions(source);
      return this;
    }

    /** Starts the adapter. */
    public CallAdapter build() {
      return new CallAdapter(runtime.build());
    }
  }
}
