package org.alknet.http;

import static org.alknet.http.testing.Json.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import org.alknet.http.testing.Client;
import org.alknet.http.testing.World;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The listener over TLS, with both versions of HTTP. */
class ListenerTest {
  private static World world;

  @BeforeAll
  static void start() {
    world = World.start();
  }

  @AfterAll
  static void stop() {
    world.close();
  }

  @ParameterizedTest
  @EnumSource(HttpClient.Version.class)
  void theHealthCheckIsTwoBytesOfPlainText(HttpClient.Version version) {
    try (Client client = Client.of(world, version)) {
      HttpResponse<String> reply = client.get("/healthz");

      assertThat(reply.statusCode()).isEqualTo(200);
      assertThat(reply.headers().firstValue("content-type")).contains("text/plain");
      assertThat(reply.body()).isEqualTo("ok");
      assertThat(reply.version()).isEqualTo(version);
    }
  }

  @ParameterizedTest
  @EnumSource(HttpClient.Version.class)
  void aCallGoesThereAndBack(HttpClient.Version version) {
    try (Client client = Client.of(world, version)) {
      HttpResponse<String> reply = client.call(World.ANN, "closed/secret", "{'a':[1,2.50]}");

      assertThat(reply.statusCode()).isEqualTo(200);
      assertThat(Client.body(reply).path("result")).isEqualTo(json("'ok'"));
      assertThat(Client.body(reply).path("output")).isEqualTo(json("{'a':[1,2.50]}"));
      assertThat(Client.body(reply).path("request_id").asString())
          .isEqualTo(reply.headers().firstValue("x-request-id").orElseThrow());
    }
  }

  @Test
  void connectionsAreReused() {
    try (Client client = Client.http1(world)) {
      for (int i = 0; i < 20; i++) {
        assertThat(client.call("open/echo", "" + i).statusCode()).isEqualTo(200);
      }
      assertThat(world.server().activeConnections()).isLessThan(5);
    }
  }
}
