package org.alknet.call;

import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.alknet.call.connection.CallConnection;
import org.alknet.call.connection.CallCredentials;
import org.alknet.call.connection.CallLimits;
import org.alknet.call.connection.StreamUsage;
import org.alknet.call.internal.dispatch.CallRuntime;
import org.alknet.call.registry.OperationRegistry;
import org.alknet.core.connection.Connection;
import org.alknet.core.identity.IdentityProvider;
import org.alknet.core.observe.CoreMetrics;

/**
 * Makes dialled connections callable, in both directions: the peer can call back whatever this
 * side's registry offers it (spec/call.md section 18).
 *
 * <p>Thread-safe. Owns a timer thread and, unless an executor was given, the handler threads, until
 * {@link #close()}; one obtained from a {@link CallAdapter} owns nothing.
 */
public final class CallClient implements AutoCloseable {
  private final CallRuntime runtime;
  private final boolean owner;

  CallClient(CallRuntime runtime, boolean owner) {
    this.runtime = runtime;
    this.owner = owner;
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
   * Runs the protocol on an established connection, which then belongs to the result.
   *
   * @param connection its proven fingerprint, if it resolves, says who the peer is
   */
  public CallConnection spawnDispatch(Connection connection) {
    return runtime.dialled(connection, Optional.empty(), true);
  }

  /**
   * Runs the protocol on an established connection with the credentials it was dialled with: their
   * token goes with outgoing requests, and only a pinned peer is looked up by its key.
   */
  public CallConnection spawnDispatch(Connection connection, CallCredentials credentials) {
    Objects.requireNonNull(credentials, "credentials");
    return runtime.dialled(
        connection, credentials.authToken(), credentials.remoteIdentity().isPresent());
  }

  /** Ends the connections, cancels the calls in work and stops the threads this client owns. */
  @Override
  public void close() {
    if (owner) {
      runtime.close();
    }
  }

  /** Collects the optional parts of a client. Not thread-safe. */
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

    /** Sets where handlers and subscribers run; the executor stays the caller's to stop. */
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

    /** Starts the client. */
    public CallClient build() {
      return new CallClient(runtime.build(), true);
    }
  }
}
