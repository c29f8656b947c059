package org.alknet.http.openapi;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.function.UnaryOperator;
import org.alknet.call.CallAdapter;
import org.alknet.call.adapter.AdapterException;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.operation.Visibility;
import org.alknet.call.registry.HandlerRegistration;
import org.alknet.call.registry.OperationRegistry;
import org.alknet.core.credential.Capabilities;
import org.alknet.http.HttpServer;
import org.alknet.http.client.ClientSetupException;
import org.alknet.http.client.HttpClientConfig;
import org.alknet.http.client.OutboundHttpClient;
import org.alknet.http.client.RetryPolicy;
import org.alknet.http.server.CustomRoutes;
import org.alknet.http.server.HttpExchange;
import org.alknet.http.server.HttpReply;
import org.alknet.http.testing.Json;
import org.alknet.http.testing.TestIdentities;
import org.alknet.http.testing.World;
import org.alknet.testkit.Await;
import tools.jackson.databind.JsonNode;

/** A service that answers as a test says, and a node that imported its document. */
final class Remote implements AutoCloseable {
  /** How a path is answered. */
  interface Answer {
    HttpReply to(HttpExchange exchange);
  }

  private static final Answer OK = exchange -> json(200, "{}");

  private final List<HttpExchange> seen = Collections.synchronizedList(new ArrayList<>());
  private final Map<String, Answer> answers = Collections.synchronizedMap(new HashMap<>());
  private volatile Answer otherwise = OK;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final World world;
  private final OutboundHttpClient client;

  Remote() {
    this.world =
        World.start(
            settings ->
                settings.routes(CustomRoutes.builder().prefix("/v1/", this::serve).build()));
    this.client = newClient();
  }

  private OutboundHttpClient newClient() {
    try {
      return OutboundHttpClient.create(
          HttpClientConfig.defaults()
              .withRetries(new RetryPolicy(2, Duration.ZERO, Duration.ZERO))
              .withMaxResponseBytes(64 << 10),
          threads);
    } catch (ClientSetupException impossible) {
      throw new AssertionError(impossible);
    }
  }

  private CompletableFuture<HttpReply> serve(HttpExchange exchange) {
    seen.add(exchange);
    Answer answer = answers.getOrDefault(exchange.path(), otherwise);
    return CompletableFuture.completedFuture(answer.to(exchange));
  }

  /** A document of the test's resources. */
  static String resource(String name) {
    try (InputStream in = Remote.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static OpenApiDocument document(String name) {
    try {
      return OpenApiDocument.parse(resource(name));
    } catch (AdapterException.SchemaParse e) {
      throw new AssertionError(e);
    }
  }

  static HttpReply json(int status, String json) {
    return HttpReply.text(status, "application/json", json.replace('\'', '"'));
  }

  void answer(String path, Answer answer) {
    answers.put(path, answer);
  }

  /** Answers every path this way. */
  void answerAll(Answer answer) {
    otherwise = answer;
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + world.clear().getPort() + "/v1");
  }

  OutboundHttpClient client() {
    return client;
  }

  List<HttpExchange> seen() {
    return List.copyOf(seen);
  }

  void forget() {
    seen.clear();
    answers.clear();
    otherwise = OK;
  }

  HttpExchange last() {
    return seen.get(seen.size() - 1);
  }

  String lastAddress() {
    return last().path() + last().query().map(query -> "?" + query).orElse("");
  }

  String lastBody() {
    return new String(last().body(), StandardCharsets.UTF_8);
  }

  FromOpenApi adapter(OpenApiDocument document, UnaryOperator<HttpServiceConfig.Builder> settings) {
    return new FromOpenApi(
        document, settings.apply(HttpServiceConfig.builder("svc", uri())).build(), client);
  }

  /** A node that offers everything in a document to everybody. */
  Node node(OpenApiDocument document) {
    return node(document, settings -> settings, Capabilities.empty());
  }

  Node node(
      OpenApiDocument document,
      UnaryOperator<HttpServiceConfig.Builder> settings,
      Capabilities capabilities) {
    return new Node(Await.result(adapter(document, settings).importOperations()), capabilities);
  }

  /** A node whose client does not remember anything. */
  Node freshNode(OpenApiDocument document) {
    HttpServiceConfig service = HttpServiceConfig.builder("svc", uri()).build();
    return new Node(
        Await.result(new FromOpenApi(document, service, newClient()).importOperations()),
        Capabilities.empty());
  }

  @Override
  public void close() {
    world.close();
    threads.shutdownNow();
  }

  /** A node with imported operations, called as the gateway calls. */
  static final class Node implements AutoCloseable {
    private final OperationRegistry registry;
    private final CallAdapter calls;

    Node(List<HandlerRegistration> operations, Capabilities capabilities) {
      OperationRegistry.Builder builder = OperationRegistry.builder().withServiceDiscovery();
      for (HandlerRegistration operation : operations) {
        OperationSpec open = operation.spec().withVisibility(Visibility.EXTERNAL);
        builder.with(
            new HandlerRegistration(
                open,
                operation.handler(),
                operation.provenance(),
                Optional.empty(),
                Optional.empty(),
                capabilities));
      }
      this.registry = builder.build();
      this.calls = CallAdapter.of(registry, new TestIdentities());
    }

    OperationRegistry registry() {
      return registry;
    }

    ResponseEnvelope call(String name, String input) {
      return Await.result(start(name, Json.json(input)));
    }

    CompletableFuture<ResponseEnvelope> start(String name, JsonNode input) {
      return calls
          .rootInvoker()
          .invoke(Optional.empty(), "svc/" + name, input)
          .toCompletableFuture();
    }

    Elements subscribe(String name, String input) {
      Elements elements = new Elements();
      calls
          .rootInvoker()
          .invokeStreaming(Optional.empty(), "svc/" + name, Json.json(input))
          .subscribe(elements);
      return elements;
    }

    /** The gateway of this node. */
    HttpServer gateway() {
      return HttpServer.builder(registry, calls.rootInvoker(), new TestIdentities())
          .allowCleartext(true)
          .limits(World.limits().build())
          .ioThreads(1)
          .build();
    }

    @Override
    public void close() {
      calls.close();
    }
  }

  /** Takes elements, one at a time. */
  static final class Elements implements Flow.Subscriber<ResponseEnvelope> {
    private final List<ResponseEnvelope> all = Collections.synchronizedList(new ArrayList<>());
    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();

    @Override
    public void onSubscribe(Flow.Subscription from) {
      subscription.complete(from);
      from.request(1);
    }

    @Override
    public void onNext(ResponseEnvelope element) {
      all.add(element);
      subscription.join().request(1);
    }

    @Override
    public void onError(Throwable failure) {
      end.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
      end.complete(null);
    }

    List<ResponseEnvelope> untilTheEnd() {
      Await.result(end);
      return List.copyOf(all);
    }

    List<ResponseEnvelope> soFar() {
      return List.copyOf(all);
    }

    void cancel() {
      subscription.join().cancel();
    }
  }
}
