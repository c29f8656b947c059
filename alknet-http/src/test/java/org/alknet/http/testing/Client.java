package org.alknet.http.testing;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.alknet.testkit.Await;
import tools.jackson.databind.JsonNode;

/** The JDK's HTTP client, over TLS with the test's certificate. */
public final class Client implements AutoCloseable {
  private final HttpClient http;
  private final ExecutorService threads;
  private final InetSocketAddress to;

  private Client(InetSocketAddress to, HttpClient.Version version) {
    this.to = to;
    this.threads =
        Executors.newCachedThreadPool(
            task -> {
              Thread thread = new Thread(task, "test-client");
              thread.setDaemon(true);
              return thread;
            });
    this.http =
        HttpClient.newBuilder()
            .executor(threads)
            .version(version)
            .sslContext(TestCertificate.trusting())
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
  }

  /** A client that speaks HTTP/1.1. */
  public static Client http1(World world) {
    return new Client(world.secure(), HttpClient.Version.HTTP_1_1);
  }

  /** A client that speaks HTTP/2. */
  public static Client http2(World world) {
    return new Client(world.secure(), HttpClient.Version.HTTP_2);
  }

  /** A client of this version. */
  public static Client of(World world, HttpClient.Version version) {
    return new Client(world.secure(), version);
  }

  /** The client itself. */
  public HttpClient raw() {
    return http;
  }

  /** An address of the server. */
  public URI uri(String path) {
    return URI.create("https://localhost:" + to.getPort() + path);
  }

  /** Starts a request. */
  public HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(uri(path)).timeout(Duration.ofSeconds(60));
  }

  /** Starts a request with a token. */
  public HttpRequest.Builder request(String path, String token) {
    return request(path).header("Authorization", "Bearer " + token);
  }

  /** Sends a request and reads the whole reply. */
  public HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new AssertionError("no reply", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /** Gets a path as nobody. */
  public HttpResponse<String> get(String path) {
    return send(request(path));
  }

  /** Gets a path with a token. */
  public HttpResponse<String> get(String path, String token) {
    return send(request(path, token));
  }

  /** Posts JSON. */
  public HttpResponse<String> post(HttpRequest.Builder request, String json) {
    return send(
        request
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json)));
  }

  /** Calls as nobody. */
  public HttpResponse<String> call(String operation, String input) {
    return post(request("/call"), World.call(operation, input));
  }

  /** Calls with a token. */
  public HttpResponse<String> call(String token, String operation, String input) {
    return post(request("/call", token), World.call(operation, input));
  }

  /** The body of a reply as JSON. */
  public static JsonNode body(HttpResponse<String> reply) {
    return Json.parse(reply.body());
  }

  @Override
  public void close() {
    threads.shutdownNow();
    Await.until("the client's threads end", threads::isShutdown);
  }
}
