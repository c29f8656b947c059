package org.alknet.cli.client;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.alknet.call.CallClient;
import org.alknet.call.adapter.ImportPolicy;
import org.alknet.call.connection.CallConnection;
import org.alknet.call.connection.CallCredentials;
import org.alknet.call.connection.CallRequest;
import org.alknet.call.connection.StreamUsage;
import org.alknet.call.operation.CallError;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.operation.OperationSummary;
import org.alknet.call.operation.OperationType;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.registry.OperationRegistry;
import org.alknet.call.registry.ServiceDiscovery;
import org.alknet.call.registry.SpecJson;
import org.alknet.cli.config.NearMiss;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Interrupts;
import org.alknet.core.AlknetDialer;
import org.alknet.core.DialException;
import org.alknet.core.config.ConfigIdentityProvider;
import org.alknet.core.config.ConfigSnapshot;
import org.alknet.core.config.DynamicConfig;
import org.alknet.core.connection.Alpns;
import org.alknet.core.connection.Connection;
import org.alknet.core.tls.RemoteIdentity;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * A connection of one command to one remote, for as long as the command runs. Every wait ends with
 * a result, at a limit, or with a signal.
 *
 * <p>Thread-safe.
 */
public final class Session implements AutoCloseable {

  private final RemoteSpec remote;
  private final ClientIdentity identity;
  private final Interrupts interrupts;
  private final AlknetDialer dialer;
  private final CallClient client;
  private final Limits limits;
  private final long beganNanos = System.nanoTime();
  private final Connection connection;
  private final CallConnection calls;
  private final Duration handshake;

  private Session(
      RemoteSpec remote,
      ClientIdentity identity,
      Interrupts interrupts,
      Limits limits,
      StreamUsage streams)
      throws Exception {
    this.remote = remote;
    this.identity = identity;
    this.interrupts = interrupts;
    this.limits = limits;
    this.dialer = remote.dialer();
    // Nobody may call back: this side offers nothing and knows nobody.
    this.client =
        CallClient.builder(
                OperationRegistry.builder().build(),
                new ConfigIdentityProvider(ConfigSnapshot.of(DynamicConfig.defaults())))
            .importPolicy(ImportPolicy.manual())
            .streamUsage(streams)
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
   * How long a session may take.
   *
   * <p>Immutable.
   *
   * @param dial for the dial
   * @param whole for the dial and all calls together
   */
  public record Limits(Duration dial, Duration whole) {
    private static final Duration LONGEST_DIAL = Duration.ofSeconds(10);

    /** Limits everything, and the dial to ten seconds of it. */
    public static Limits of(Duration whole) {
      return new Limits(whole.compareTo(LONGEST_DIAL) < 0 ? whole : LONGEST_DIAL, whole);
    }

    /** Limits the dial as before, and nothing else. */
    public Limits dialOnly() {
      return new Limits(dial, Duration.ofDays(1));
    }
  }

  /** Dials as the other method does; calls share streams. */
  public static Session open(
      RemoteSpec remote, ClientIdentity identity, Interrupts interrupts, Limits limits)
      throws Exception {
    return open(remote, identity, interrupts, limits, StreamUsage.SHARED);
  }

  /**
   * Dials.
   *
   * @param remote whom to dial
   * @param identity who dials; belongs to the session from then on, whatever happens
   * @param interrupts what may end a wait early
   * @param limits for the dial, and for it and all calls together
   * @param streams how calls use streams
   * @throws CliException if there is no connection, or a signal came first
   */
  public static Session open(
      RemoteSpec remote,
      ClientIdentity identity,
      Interrupts interrupts,
      Limits limits,
      StreamUsage streams)
      throws Exception {
    return new Session(remote, identity, interrupts, limits, streams);
  }

  private CallCredentials credentials() {
    CallCredentials credentials = CallCredentials.none();
    if (!remote.pins().isEmpty()) {
      credentials =
          credentials.withRemoteIdentity(RemoteIdentity.of(remote.pins().toArray(String[]::new)));
    }
    if (identity.token().isPresent()) {
      credentials = credentials.withAuthToken(identity.token().get());
    }
    return identity.tlsIdentity().map(credentials::withTlsIdentity).orElse(credentials);
  }

  private Connection dial(CallCredentials credentials) throws Exception {
    try {
      return interrupts.await(
          dialer.dial(remote.address(), Alpns.CALL, credentials.connection(), limits.dial()));
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

  /** Returns what vouched for the remote. */
  public String verifiedBy() {
    return remote.pins().isEmpty()
        ? "certificate authority, for " + remote.address().verifiedName()
        : "pinned fingerprint";
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
    long left = limits.whole().toNanos() - (System.nanoTime() - beganNanos);
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
    JsonNode nothing = JsonNodeFactory.instance.objectNode();
    ResponseEnvelope answer = call(CallRequest.of(ServiceDiscovery.LIST, nothing));
    return read(ServiceDiscovery.LIST, success(ServiceDiscovery.LIST, answer), SpecJson::parseList);
  }

  /** Asks how an operation is described. */
  public OperationSpec schema(String operation) throws Exception {
    JsonNode name = JsonNodeFactory.instance.objectNode().put("name", operation);
    ResponseEnvelope answer = call(CallRequest.of(ServiceDiscovery.SCHEMA, name));
    return read(operation, success(operation, answer), SpecJson::parseSpec);
  }

  /** Asks of which kind an operation is, without waiting; fails if the remote does not tell. */
  public CompletionStage<OperationType> type(String operation) {
    return calls.servicesSchema(operation).thenApply(OperationSpec::opType);
  }

  private JsonNode success(String operation, ResponseEnvelope answer) throws CliException {
    Optional<CallError> error = answer.error();
    if (error.isPresent()) {
      throw failure(operation, error.get());
    }
    return answer.output().orElseThrow();
  }

  /** Returns the failure that is shown for an error, with the name that may have been meant. */
  public CliException failure(String operation, CallError error) {
    CliException failure = CallFailures.translate(operation, error, localFingerprint());
    return near(operation, error)
        .map(name -> failure.withAdvice(List.of("Did you mean \"" + name + "\"?")))
        .orElse(failure);
  }

  private Optional<String> near(String operation, CallError error) {
    if (!error.code().equals(CallError.NOT_FOUND) || operation.equals(ServiceDiscovery.LIST)) {
      return Optional.empty();
    }
    try {
      return NearMiss.of(operation, list().stream().map(OperationSummary::name).toList());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } catch (Exception noList) {
      // The error that is shown is the first one.
      return Optional.empty();
    }
  }

  private static <T> T read(String operation, JsonNode answer, Function<JsonNode, T> reader)
      throws CliException {
    try {
      return reader.apply(answer);
    } catch (IllegalArgumentException senseless) {
      throw CliException.of(
              ExitCodes.INTERNAL,
              operation + ": the remote's description makes no sense: " + senseless.getMessage())
          .withCause(senseless);
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
