package org.alknet.cli.assembly;

import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.operation.Visibility;
import org.alknet.call.registry.HandlerRegistration;
import org.alknet.cli.config.NearMiss;
import org.alknet.core.config.StaticConfig;
import org.alknet.http.client.ClientSetupException;
import org.alknet.http.client.HttpClientConfig;
import org.alknet.http.client.OutboundHttpClient;
import org.alknet.http.openapi.FromOpenApi;
import org.alknet.http.openapi.HttpServiceConfig;
import org.alknet.http.openapi.OpenApiDocument;

/**
 * The operations of services that have an OpenAPI document (spec/cli.md section 7, step 7), and the
 * client by which they are reached.
 *
 * <p>Thread-safe. Owns the threads of its client until {@link #close()}.
 */
public final class ImportedServices implements AutoCloseable {
  private static final int THREADS = 4;

  private final ExecutorService threads;
  private final OutboundHttpClient client;
  private final OutboundHttpClient documents;

  private ImportedServices(
      ExecutorService threads, OutboundHttpClient client, OutboundHttpClient documents) {
    this.threads = threads;
    this.client = client;
    this.documents = documents;
  }

  /** Starts a client that trusts the system's authorities; nobody is asked yet. */
  public static ImportedServices start() {
    try {
      return start(HttpClientConfig.defaults());
    } catch (ClientSetupException impossible) {
      throw new IllegalStateException("the defaults name no files", impossible);
    }
  }

  /**
   * Starts a client that trusts the authorities of {@code transport.ca_bundle} as well; nobody is
   * asked yet.
   *
   * @throws NodeException if the bundle cannot be used
   */
  static ImportedServices start(StaticConfig config) throws NodeException {
    HttpClientConfig defaults = HttpClientConfig.defaults();
    try {
      return start(config.transport().caBundle().map(defaults::withCaBundle).orElse(defaults));
    } catch (ClientSetupException unusable) {
      throw new NodeException(
          NodeException.Kind.CONFIGURATION,
          String.valueOf(unusable.getMessage()),
          unusable,
          List.of());
    }
  }

  private static ImportedServices start(HttpClientConfig config) throws ClientSetupException {
    AtomicInteger number = new AtomicInteger();
    // Its queue is bounded by the client, which has so many requests under way and no more.
    ExecutorService threads =
        Executors.newFixedThreadPool(
            THREADS,
            task -> {
              Thread thread = new Thread(task, "alknet-services-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    try {
      return new ImportedServices(
          threads,
          OutboundHttpClient.create(config, threads),
          OutboundHttpClient.create(
              config.withMaxResponseBytes(4 * OpenApiDocument.MAX_CHARACTERS), threads));
    } catch (ClientSetupException unusable) {
      threads.shutdownNow();
      throw unusable;
    }
  }

  /**
   * Reads the document of a service.
   *
   * @throws NodeException if it cannot be had, or is none
   */
  public ServiceDocument document(NodeConfig.OpenApi service) throws NodeException {
    return service.url().isPresent()
        ? ServiceDocument.fetch(service.url().get(), documents)
        : ServiceDocument.read(service.file().orElseThrow());
  }

  /**
   * Reads what a service offers.
   *
   * @param document its document
   * @throws NodeException if nobody says where it is
   */
  public FromOpenApi adapter(NodeConfig.OpenApi service, ServiceDocument document)
      throws NodeException {
    URI baseUrl =
        service
            .baseUrl()
            .or(document::baseUrl)
            .orElseThrow(
                () ->
                    failure(
                        service, "says nowhere where the service is; set base_url in the table"));
    if (service.credential().isPresent() && !OpenApiSection.keepsSecrets(baseUrl)) {
      throw failure(service, "names " + baseUrl + ", and a credential goes over https only");
    }
    HttpServiceConfig.Builder config = HttpServiceConfig.builder(service.namespace(), baseUrl);
    service.credential().ifPresent(config::credential);
    service.auth().ifPresent(config::auth);
    return new FromOpenApi(document.document(), config.build(), client);
  }

  /**
   * Returns the operations of all services, with the rights and the credentials of their tables.
   *
   * @param warnings told of services of which something was left out
   * @throws NodeException if a document cannot be used, or a table exposes what is not in it
   */
  List<Offered> load(List<NodeConfig.OpenApi> services, Consumer<String> warnings)
      throws NodeException {
    List<Offered> offered = new ArrayList<>();
    for (NodeConfig.OpenApi service : services) {
      FromOpenApi adapter = adapter(service, document(service));
      List<HandlerRegistration> registrations = registrations(service, adapter);
      int skipped = adapter.report().skipped().size();
      if (skipped > 0) {
        warnings.accept(
            service.namespace()
                + ": "
                + (skipped == 1
                    ? "1 part of its document is left out"
                    : skipped + " parts of its document are left out")
                + " (alknet import openapi says why)");
      }
      checkExposed(service, registrations);
      for (HandlerRegistration registration : registrations) {
        offered.add(
            new Offered(granted(service, registration), service.credential().stream().toList()));
      }
    }
    return offered;
  }

  private static List<HandlerRegistration> registrations(
      NodeConfig.OpenApi service, FromOpenApi adapter) throws NodeException {
    try {
      return adapter.importOperations().toCompletableFuture().join();
    } catch (CompletionException nothing) {
      Throwable cause = nothing.getCause() == null ? nothing : nothing.getCause();
      throw failure(service, "cannot be imported: " + cause.getMessage());
    }
  }

  private static void checkExposed(
      NodeConfig.OpenApi service, List<HandlerRegistration> registrations) throws NodeException {
    List<String> names = registrations.stream().map(r -> r.spec().name()).toList();
    Set<String> known = new HashSet<>(names);
    for (String exposed : service.exposure().names()) {
      if (!known.contains(exposed)) {
        throw failure(
            service,
            "has no operation " + exposed + ", which expose names" + NearMiss.hint(exposed, names));
      }
    }
  }

  private static HandlerRegistration granted(
      NodeConfig.OpenApi service, HandlerRegistration registration) {
    OperationSpec spec = registration.spec();
    Exposure exposure = service.exposure();
    OperationSpec granted =
        new OperationSpec(
            spec.name(),
            spec.opType(),
            exposure.names().contains(spec.name()) ? Visibility.EXTERNAL : Visibility.INTERNAL,
            spec.inputSchema(),
            spec.outputSchema(),
            spec.errorSchemas(),
            exposure.access(spec.name()).orElse(spec.accessControl()));
    return HandlerRegistration.of(granted, registration.handler(), registration.provenance());
  }

  private static NodeException failure(NodeConfig.OpenApi service, String what) {
    return new NodeException(
        NodeException.Kind.CONFIGURATION,
        "the document of " + service.namespace() + " " + what,
        null,
        List.of());
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
