package org.alknet.cli.assembly;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.alknet.core.AlknetEndpoint;
import org.alknet.core.config.ConfigSnapshot;
import org.alknet.core.config.StaticConfig;
import org.alknet.core.handler.Admission;
import org.alknet.core.handler.HandlerRegistry;
import org.alknet.core.handler.ShutdownSignal;
import org.alknet.core.identity.IdentityProvider;

/**
 * Opens the port of a node: step 10 of spec/cli.md section 7. A default port that is taken is given
 * up for a free one; a port somebody asked for is not.
 *
 * <p>Not thread-safe.
 */
final class EndpointStart {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final HandlerRegistry handlers;
  private final ConfigSnapshot snapshot;
  private final IdentityProvider identities;
  private final ShutdownSignal signal;
  private final Admission admission;
  private final Observation observation;

  EndpointStart(
      HandlerRegistry handlers,
      ConfigSnapshot snapshot,
      IdentityProvider identities,
      ShutdownSignal signal,
      Admission admission,
      Observation observation) {
    this.handlers = handlers;
    this.snapshot = snapshot;
    this.identities = identities;
    this.signal = signal;
    this.admission = admission;
    this.observation = observation;
  }

  /**
   * An endpoint that listens.
   *
   * @param endpoint the caller's to close
   * @param moved whether it is on another port than the default
   */
  record Bound(AlknetEndpoint endpoint, boolean moved) {}

  /**
   * Starts the endpoint and waits for it.
   *
   * @param mayMove whether another port will do
   * @throws NodeException if an address is taken or the certificate cannot be used
   */
  Bound bind(StaticConfig config, boolean mayMove) throws NodeException {
    try {
      return new Bound(start(config), false);
    } catch (NodeException refused) {
      if (!mayMove || refused.kind() != NodeException.Kind.CANNOT_START) {
        throw refused;
      }
      InetSocketAddress busy = config.listenAddresses().get(0);
      StaticConfig anyPort =
          config.toBuilder().listenAddresses(new InetSocketAddress(busy.getAddress(), 0)).build();
      return new Bound(start(anyPort), true);
    }
  }

  private AlknetEndpoint start(StaticConfig config) throws NodeException {
    CompletionStage<AlknetEndpoint> stage =
        AlknetEndpoint.builder()
            .shutdownSignal(signal)
            .admission(admission)
            .auditLog(observation.audit())
            .metrics(observation.metrics())
            .start(config, handlers, snapshot, identities);
    CompletableFuture<AlknetEndpoint> start = stage.toCompletableFuture();
    try {
      return start.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException failed) {
      throw EndpointFailures.translate(
          config.listenAddresses(), "udp", Objects.requireNonNullElse(failed.getCause(), failed));
    } catch (TimeoutException | InterruptedException unfinished) {
      if (unfinished instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      stage.thenAccept(AlknetEndpoint::shutdown);
      throw new NodeException(
          NodeException.Kind.CANNOT_START,
          "the endpoint did not start in time",
          unfinished,
          List.of());
    }
  }
}
