package org.alknet.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.alknet.http.testing.Client;
import org.alknet.http.testing.H2Peer;
import org.alknet.http.testing.World;
import org.alknet.testkit.Await;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Server-sent events, over both versions of HTTP. */
class SubscribeTest {
  private World world;

  @BeforeEach
  void start() {
    world = World.start();
  }

  @AfterEach
  void stop() {
    world.close();
  }

  private static HttpResponse<String> subscribe(Client client, String operation) {
    return client.post(client.request("/subscribe"), World.call(operation, "{}"));
  }

  private static HttpResponse<InputStream> open(Client client, String path, String operation)
      throws IOException, InterruptedException {
    return client
        .raw()
        .send(
            client
                .request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(World.call(operation, "{}")))
                .build(),
            HttpResponse.BodyHandlers.ofInputStream());
  }

  @ParameterizedTest
  @EnumSource(HttpClient.Version.class)
  void threeElementsAreThreeDataLines(HttpClient.Version version) {
    try (Client client = Client.of(world, version)) {
      HttpResponse<String> reply = subscribe(client, "open/three");

      assertThat(reply.statusCode()).isEqualTo(200);
      assertThat(reply.headers().firstValue("content-type")).contains("text/event-stream");
      assertThat(reply.headers().firstValue("cache-control")).contains("no-cache");
      assertThat(reply.headers().firstValue("x-accel-buffering")).contains("no");
      assertThat(reply.headers().firstValue("x-request-id")).isPresent();
      assertThat(reply.body())
          .isEqualTo("data: {\"n\":1}\n\ndata: {\"n\":2}\n\ndata: {\"n\":3}\n\n");
    }
  }

  @Test
  void aNormalEndMayBeAnEventAndAnErrorIsStillTheLast() {
    try (World telling = World.start(settings -> settings.completedEvent(true));
        Client client = Client.http1(telling)) {
      assertThat(subscribe(client, "open/three").body())
          .isEqualTo(
              """
              data: {"n":1}

              data: {"n":2}

              data: {"n":3}

              event: completed
              data: {}

              """);
      assertThat(subscribe(client, "open/failing").body())
          .contains("event: error")
          .doesNotContain("completed");
      assertThat(subscribe(client, "no/such").body()).doesNotContain("completed");
    }
  }

  @Test
  void anErrorIsTheLastEvent() {
    try (Client client = Client.http1(world)) {
      HttpResponse<String> reply = subscribe(client, "open/failing");

      assertThat(reply.body())
          .isEqualTo(
              "data: {\"n\":1}\n\ndata: {\"n\":2}\n\nevent: error\n"
                  + "data: {\"code\":\"INTERNAL\",\"message\":\"no more\",\"retryable\":false,"
                  + "\"details\":{\"code\":\"ENOUGH\"}}\n\n");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "no/such, NOT_FOUND",
    "/no/such, NOT_FOUND",
    "closed/internal, NOT_FOUND",
    "closed/ticks, FORBIDDEN",
    "open/echo, INVALID_OPERATION_TYPE",
  })
  void aRefusalIsOneErrorEventInsideA200(String operation, String code) {
    try (Client client = Client.http1(world)) {
      HttpResponse<String> reply = subscribe(client, operation);

      assertThat(reply.statusCode()).isEqualTo(200);
      assertThat(reply.body()).startsWith("event: error\ndata: {\"code\":\"" + code + "\"");
      assertThat(reply.body().split("data: ", -1)).hasSize(2);
    }
  }

  @Test
  void aBodyThatIsNoCallIsRefusedBeforeTheStream() {
    try (Client client = Client.http1(world)) {
      assertThat(client.post(client.request("/subscribe"), "[]").statusCode()).isEqualTo(422);
      assertThat(client.post(client.request("/subscribe"), "?").statusCode()).isEqualTo(400);
    }
  }

  @Test
  void aSilenceIsBrokenByAComment() throws Exception {
    Duration shortly = Duration.ofMillis(50);
    try (World talkative =
            World.start(
                settings -> settings.limits(World.limits().eventKeepAlive(shortly).build()));
        Client client = Client.http1(talkative);
        InputStream body = open(client, "/subscribe", "open/silent").body();
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
      List<String> seen = new ArrayList<>();
      while (!seen.contains("data: {\"n\":1}") || !seen.contains(": keep-alive")) {
        seen.add(lines.readLine());
        assertThat(lines.readLine()).isEmpty();
      }
      assertThat(lines.readLine()).isEqualTo(": keep-alive");
    }
  }

  @ParameterizedTest
  @EnumSource(HttpClient.Version.class)
  void aClientThatGoesAwayCancelsTheSubscription(HttpClient.Version version) throws Exception {
    try (Client client = Client.of(world, version)) {
      HttpResponse<InputStream> reply = open(client, "/subscribe", "open/silent");
      assertThat(reply.body().read()).isEqualTo('d');

      reply.body().close();

      Await.result(world.silent.cancelled());
    }
  }

  @ParameterizedTest
  @EnumSource(HttpClient.Version.class)
  void aClientThatGoesAwayCancelsACallAndWhatItComposed(HttpClient.Version version) {
    try (Client client = Client.of(world, version)) {
      var reply =
          client
              .raw()
              .sendAsync(
                  client
                      .request("/call")
                      .header("Content-Type", "application/json")
                      .POST(HttpRequest.BodyPublishers.ofString(World.call("open/composes", "{}")))
                      .build(),
                  HttpResponse.BodyHandlers.ofString());
      Await.result(world.below.started());

      reply.cancel(true);

      Await.result(world.below.cancelled());
    }
  }

  @ParameterizedTest
  @EnumSource(HttpClient.Version.class)
  void aReaderThatStopsStopsTheHandlerAndHoldsUpNobody(HttpClient.Version version)
      throws Exception {
    try (Client client = Client.of(world, version)) {
      HttpResponse<InputStream> reply = open(client, "/subscribe", "open/endless");
      assertThat(reply.body().read()).isEqualTo('d');

      long seen = settled();
      assertThat(client.call("open/echo", "1").statusCode()).isEqualTo(200);
      assertThat(seen).isLessThan(20_000);
      assertThat(world.endless.produced()).isEqualTo(seen);
      reply.body().close();
      Await.result(world.endless.cancelled());
    }
  }

  @Test
  void aClientWithoutWindowStopsTheHandlerWithinTheBounds() {
    try (H2Peer peer = H2Peer.connect(world)) {
      peer.post(1, "/subscribe")
          .data(1, H2Peer.END_STREAM, World.call("open/endless", "{}"))
          .reply(1);

      // The window of the stream, what may be on its way to it, and the events that may wait: each
      // at most 64 KiB and one event of 1,025 bytes.
      assertThat(settled()).isBetween(65_535L / 1025, 3 * (64L * 1024 / 1025 + 2));
    }
  }

  @ParameterizedTest
  @EnumSource(HttpClient.Version.class)
  void manyElementsComeInTheirOrder(HttpClient.Version version) {
    String expected =
        IntStream.rangeClosed(1, 1000)
            .mapToObj(n -> "data: {\"n\":" + n + "}\n\n")
            .collect(Collectors.joining());
    try (Client client = Client.of(world, version)) {
      assertThat(subscribe(client, "open/thousand").body()).isEqualTo(expected);
    }
  }

  /** Waits until nothing more is produced because nothing more is read. */
  private long settled() {
    long[] last = {-1, 0};
    Await.until(
        "the handler pauses",
        () -> {
          long now = world.endless.produced();
          last[1] = now == last[0] && now > 0 ? last[1] + 1 : 0;
          last[0] = now;
          return last[1] > 200;
        });
    return last[0];
  }
}
