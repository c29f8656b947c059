package org.alknet.http.mcp;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.alknet.call.RootInvoker;
import org.alknet.call.connection.CallLimits;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.operation.Visibility;
import org.alknet.call.registry.HandlerRegistration;
import org.alknet.call.registry.OperationRegistry;
import org.alknet.core.credential.Capabilities;
import org.alknet.http.client.ClientSetupException;
import org.alknet.http.client.HttpClientConfig;
import org.alknet.http.client.OutboundHttpClient;
import org.alknet.http.client.RetryPolicy;
import org.alknet.http.testing.Json;
import org.alknet.http.testing.TestCertificate;
import org.alknet.testkit.Await;
import tools.jackson.databind.JsonNode;

/** Imports from a server and calls what came of it, in a node of its own. */
final class Importer implements AutoCloseable {
  /** What the importer was told of changes. */
  final List<ToolChanges> changes = Collections.synchronizedList(new ArrayList<>());

  static final OutboundHttpClient CLIENT = client();

  private final FromMcp adapter;
  private Optional<RootInvoker> invoker = Optional.empty();

  Importer(McpServerConfig config, Capabilities capabilities) {
    this.adapter = new FromMcp(config, CLIENT, capabilities, changes::add);
  }

  Importer(URI endpoint) {
    this(McpServerConfig.of(endpoint, "far"), Capabilities.empty());
  }

  static McpServerConfig quick(URI endpoint) {
    return McpServerConfig.of(endpoint, "far").withTimeLimit(Duration.ofMillis(400));
  }

  /** One for all tests: its threads end with the process. */
  private static OutboundHttpClient client() {
    try {
      return OutboundHttpClient.create(
          HttpClientConfig.defaults()
              .withRetries(RetryPolicy.none())
              .withMaxResponseBytes(2 << 20)
              .withCaBundle(TestCertificate.identity().cert()),
          Executors.newCachedThreadPool(
              task -> {
                Thread thread = new Thread(task, "test-importer");
                thread.setDaemon(true);
                return thread;
              }));
    } catch (ClientSetupException unusable) {
      throw new AssertionError(unusable);
    }
  }

  FromMcp adapter() {
    return adapter;
  }

  /** Imports and registers everything for everybody. */
  McpImport run() {
    McpImport found = Await.result(adapter.importTools());
    OperationRegistry.Builder registry = OperationRegistry.builder();
    for (HandlerRegistration one : found.registrations()) {
      registry.with(
          new HandlerRegistration(
              one.spec().withVisibility(Visibility.EXTERNAL),
              one.handler(),
              one.provenance(),
              one.compositionAuthority(),
              one.scopedEnv(),
              one.capabilities()));
    }
    invoker.ifPresent(RootInvoker::close);
    invoker = Optional.of(RootInvoker.of(registry.build(), CallLimits.defaults()));
    return found;
  }

  CompletableFuture<ResponseEnvelope> start(String operation, String input) {
    return invoker
        .orElseThrow()
        .invoke(Optional.empty(), operation, Json.json(input))
        .toCompletableFuture();
  }

  ResponseEnvelope call(String operation, String input) {
    return Await.result(start(operation, input));
  }

  JsonNode output(String operation, String input) {
    ResponseEnvelope answer = call(operation, input);
    return answer
        .output()
        .orElseThrow(() -> new AssertionError("failed: " + answer.error().orElseThrow()));
  }

  @Override
  public void close() {
    adapter.close();
    invoker.ifPresent(RootInvoker::close);
  }
}
