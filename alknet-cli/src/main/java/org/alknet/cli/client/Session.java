package org.alknet.cli.client;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.alknet.call.CallClient;
import org.alknet.call.connection.CallConnection;
import org.alknet.call.connection.CallCredentials;
import org.alknet.call.connection.CallFailedException;
import org.alknet.call.connection.CallRequest;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.operation.OperationSummary;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.registry.OperationRegistry;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.Interrupts;
import org.alknet.core.AlknetDialer;
import org.alknet.core.DialException;
import org.alknet.core.config.ConfigIdentityProvider;
import org.alknet.core.config.ConfigSnapshot;
import org.alknet.core.config.DynamicConfig;
import org.alknet.core.connection.Alpns;
import org.alknet.core.connection.Connection;
import org.alknet.core.tls.RemoteIdentity;

/**
 * A connection of one command to one remote, for as long as the command runs. Every wait ends with
 * a result, at a limit, or with a signal.
 *
 * <p>Thread-safe.
 */
public final class Session implements AutoCloseable {
  private static final Duration LONGEST_DIAL = Duration.ofSeconds(10);

  private final RemoteSpec remote;
  private final ClientIdentity identity;
  private final Interrupts interrupts;
  private final AlknetDialer dialer;
  private final CallClient client;
  private final long limitNanos;
  private final long beganNanos = System.nanoTime();
  private final Connection connection;
  private final CallConnection calls;
  private final Duration handshake;

  private Session(Builder builder) throws Exception {
    this.remote = builder.remote;
    this.identity = builder.identity;
    this.interrupts = builder.interrupts;
    this.limitNanos = builder.limit.toNanos();
    this.dialer = AlknetDialer.create();
    // Nobody may call back: this side offers nothing and knows nobody.
    this.client =
        CallClient.builder(
                OperationRegistry.builder().build(),
                new ConfigIdentityProvider(ConfigSnapshot.of(DynamicConfig.defaults())))
            .build();
    try {
      CallCredentials credentials = credentials();
      this.connection = dial(credentials);
      this.handshake = Duration.ofNanos(System.nanoTime() - beganNanos);
      this.calls = client.spawnDispatch(connection, credentials);
    } catch (Exception failed) {
      release();
      throw failed;
    }
  }

  /**
   * Who talks to whom, and for how long.
   *
   * <p>Immutable.
   *
   * @param remote whom to dial
   * @param identity who dials; belongs to the session from then on
   * @param interrupts what may end a wait early
   * @param limit for the dial and all calls together
   */
  private record Builder(
      RemoteSpec remote, ClientIdentity identity, Interrupts interrupts, Duration limit) {}

  /**
   * Dials.
   *
   * @param remote whom to dial
   * @param identity who dials; belongs to the session from then on, whatever happens
   * @param interrupts what may end a wait early
   * @param limit for the dial and all calls together
   * @throws CliException if there is no connection, or a signal came first
   */
  public static Session open(
      RemoteSpec remote, ClientIdentity identity, Interrupts interrupts, Duration limit)
      throws Exception {
    return new Session(new Builder(remote, identity, interrupts, limit));
  }

  private CallCredentials credentials() {
    CallCredentials credentials = CallCredentials.none();
    if (remote.pin().isPresent()) {
      credentials = credentials.withRemoteIdentity(RemoteIdentity.of(remote.pin().get()));
    }
    return identity.tlsIdentity().map(credentials::withTlsIdentity).orElse(credentials);
  }

  private Connection dial(CallCredentials credentials) throws Exception {
    Duration limit = remaining().compareTo(LONGEST_DIAL) < 0 ? remaining() : LONGEST_DIAL;
    try {
      return interrupts.await(
          dialer.dial(remote.address(), Alpns.CALL, credentials.connection(), limit));
    } catch (DialException failure) {
      throw DialFailures.translate(remote, failure);
    }
  }

  /** Returns whom this session talks to. */
  public RemoteSpec remote() {
    return remote;
  }

  /** Returns the fingerprint the remote proved. */
  public Optional<String> remoteFingerprint() {
    return connection.remoteFingerprint();
  }

  /** Returns how long the handshake took, the look-up of the name included. */
  public Duration handshake() {
    return handshake;
  }

  /** Returns the fingerprint this side presented. */
  public Optional<String> localFingerprint() {
    return identity.fingerprint();
  }

  /** Returns what is left of the limit, at least a millisecond. */
  public Duration remaining() {
    long left = limitNanos - (System.nanoTime() - beganNanos);
    return Duration.ofNanos(Math.max(left, 1_000_000));
  }

  /** Returns the connection for subscriptions. */
  public CallConnection calls() {
    return calls;
  }

  /** Returns what may end a wait early. */
  public Interrupts interrupts() {
    return interrupts;
  }

  /** Calls within what is left of the limit. */
  public ResponseEnvelope call(CallRequest request) throws Exception {
    CallRequest limited =
        request.timeout().isPresent() ? request : request.withTimeout(remaining());
    return interrupts.await(calls.call(limited));
  }

  /** Asks what the remote offers this caller. */
  public List<OperationSummary> list() throws Exception {
    return answer("services/list", calls.servicesList().toCompletableFuture());
  }

  /** Asks how an operation is described. */
  public OperationSpec schema(String operation) throws Exception {
    return answer(operation, calls.servicesSchema(operation).toCompletableFuture());
  }

  private <T> T answer(String operation, CompletableFuture<T> stage) throws Exception {
    try {
      return interrupts.await(stage);
    } catch (CallFailedException failed) {
      throw CallFailures.translate(operation, failed.error(), localFingerprint());
    }
  }

  @Override
  public void close() {
    calls.close();
    release();
  }

  private void release() {
    client.close();
    dialer.close();
    identity.close();
  }
}
