package org.alknet.bench.http;

import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What no gateway can leave out that has JSON and lets handlers block: reads the request into a
 * tree, has another thread echo the input, and writes the answer from a tree on the event loop,
 * with plain Jackson. It looks at no header, knows no operation and no caller and bounds nothing.
 */
final class JsonEcho implements AutoCloseable {
  private static final JsonMapper MAPPER = JsonMapper.shared();

  private final JsonNode event =
      MAPPER.readTree(
          new String(Gateway.EVENT, 6, Gateway.EVENT.length - 8, StandardCharsets.UTF_8));
  private final ExecutorService handlers =
      Executors.newFixedThreadPool(
          Runtime.getRuntime().availableProcessors(),
          task -> {
            Thread thread = new Thread(task, "bench-json-handler");
            thread.setDaemon(true);
            return thread;
          });

  /** Echoes a request; the answer is made and taken on the loop. */
  void call(byte[] request, Executor loop, Consumer<byte[]> answered) {
    JsonNode input = MAPPER.readTree(request).path("input");
    handlers.execute(() -> loop.execute(() -> answered.accept(answer(input))));
  }

  private static byte[] answer(JsonNode output) {
    return MAPPER.writeValueAsBytes(
        MAPPER
            .createObjectNode()
            .put("request_id", UUID.randomUUID().toString())
            .put("result", "ok")
            .set("output", output));
  }

  /** Writes an event from its tree. */
  byte[] event() {
    byte[] json = MAPPER.writeValueAsBytes(event);
    byte[] bytes = new byte[6 + json.length + 2];
    System.arraycopy(Gateway.EVENT, 0, bytes, 0, 6);
    System.arraycopy(json, 0, bytes, 6, json.length);
    System.arraycopy(Gateway.EVENT, bytes.length - 2, bytes, bytes.length - 2, 2);
    return bytes;
  }

  @Override
  public void close() {
    handlers.shutdown();
  }
}
