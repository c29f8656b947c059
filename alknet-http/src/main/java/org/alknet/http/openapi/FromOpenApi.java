package org.alknet.http.openapi;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.alknet.call.adapter.AdapterException;
import org.alknet.call.adapter.OperationAdapter;
import org.alknet.call.operation.OperationHandler;
import org.alknet.call.registry.HandlerRegistration;
import org.alknet.http.client.OutboundHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * The operations of an HTTP service that has an OpenAPI document (spec/http.md section 11): each
 * path and method is one, internal, without any right of its own. Credentials come with each call,
 * from the capabilities the assembly layer gave the registration.
 *
 * <pre>{@code
 * var document = OpenApiDocument.parse(Files.readString(file));
 * var service = HttpServiceConfig.builder("pets", URI.create("https://pets.example/v1")).build();
 * var pets = new FromOpenApi(document, service, client);
 * pets.importOperations().thenAccept(registry::registerImportedAll);
 * }</pre>
 *
 * <p>What cannot be imported is left out and stands in the {@link #report()} with the reason; only
 * a document of which nothing is left fails. Thread-safe. The client stays the caller's.
 */
public final class FromOpenApi implements OperationAdapter {
  private final OpenApiDocument document;
  private final HttpServiceConfig service;
  private final OutboundHttpClient client;
  private final Object lock = new Object();

  @GuardedBy("lock")
  private @Nullable DocumentReader read;

  /** Imports what a document describes, from where the configuration says the service is. */
  public FromOpenApi(
      OpenApiDocument document, HttpServiceConfig service, OutboundHttpClient client) {
    this.document = Objects.requireNonNull(document, "document");
    this.service = Objects.requireNonNull(service, "service");
    this.client = Objects.requireNonNull(client, "client");
  }

  /**
   * Reads the document on this thread, the first time; asks nobody.
   *
   * @return the registrations; fails with {@link AdapterException.SchemaParse} if there is
   *     something in the document and none of it can be imported
   */
  @Override
  public CompletionStage<List<HandlerRegistration>> importOperations() {
    DocumentReader reader = read();
    ImportReport report = reader.report();
    if (report.imported().isEmpty()) {
      for (ImportReport.Skipped skipped : report.skipped()) {
        if (skipped.reason() != ImportReport.Reason.WEBHOOK
            && skipped.reason() != ImportReport.Reason.METHOD) {
          return CompletableFuture.failedFuture(
              new AdapterException.SchemaParse(
                  skipped.method() + " " + skipped.path() + ": " + skipped.detail()));
        }
      }
    }
    return CompletableFuture.completedFuture(reader.registrations());
  }

  /** Returns what was imported under which name, and what was left out and why. */
  public ImportReport report() {
    return read().report();
  }

  private DocumentReader read() {
    synchronized (lock) {
      DocumentReader reader = read;
      if (reader == null) {
        reader = new DocumentReader(document, service, this::handler);
        reader.read();
        read = reader;
      }
      return reader;
    }
  }

  private OperationHandler handler(Endpoint endpoint, boolean events) {
    return events
        ? new OperationHandler.Stream(new EventForwarding(endpoint, client))
        : new OperationHandler.Once(new HttpForwarding(endpoint, client));
  }

  @Override
  public String toString() {
    return "FromOpenApi[" + service.namespace() + "]";
  }
}
