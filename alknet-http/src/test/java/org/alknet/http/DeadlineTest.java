package org.alknet.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.alknet.call.RootInvoker;
import org.alknet.call.connection.CallLimits;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.registry.OperationRegistry;
import org.alknet.http.testing.Gate;
import org.alknet.http.testing.Json;
import org.alknet.http.testing.TestIdentities;
import org.alknet.http.testing.World;
import org.alknet.testkit.Await;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A handler that does not look at the clock is answered for, and told to stop. */
class DeadlineTest {
  private final Gate gate = new Gate();
  private RootInvoker invoker;
  private HttpServer server;
  private String address;

  @BeforeEach
  void start() {
    OperationRegistry registry =
        OperationRegistry.builder()
            .withServiceDiscovery()
            .withLocal(OperationSpec.query("slow/op").build(), gate.handler())
            .build();
    invoker =
        RootInvoker.of(
            registry,
            CallLimits.defaults().toBuilder().inboundTimeout(Duration.ofMillis(200)).build());
    server =
        HttpServer.builder(registry, invoker, new TestIdentities())
            .limits(World.limits().build())
            .mcp(true)
            .allowCleartext(true)
            .ioThreads(1)
            .build();
    address =
        "http://127.0.0.1:"
            + Await.result(
                    server.listenCleartext(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)))
                .getPort();
  }

  @AfterEach
  void stop() {
    server.close();
    invoker.close();
  }

  private HttpResponse<String> post(String path, String body) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(address + path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.replace('\'', '"')))
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void aCallThatTakesTooLongIs504AndItsHandlerIsCancelled() throws Exception {
    HttpResponse<String> reply = post("/call", "{'operation':'slow/op'}");

    assertThat(reply.statusCode()).isEqualTo(504);
    assertThat(Json.parse(reply.body()).path("code").asString()).isEqualTo("TIMEOUT");
    assertThat(reply.headers().firstValue("Retry-After")).isEmpty();
    Await.result(gate.cancelled());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "/batch | [{'operation':'slow/op'}]",
        "/mcp | {'jsonrpc':'2.0','id':1,'method':'tools/call','params':{'name':'call',"
            + "'arguments':{'operation':'slow/op'}}}"
      })
  void insideA200ItIsAnErrorOfTheEntry(String path, String body) throws Exception {
    HttpResponse<String> reply = post(path, body);

    assertThat(reply.statusCode()).isEqualTo(200);
    assertThat(reply.body()).contains("TIMEOUT");
    Await.result(gate.cancelled());
  }
}
