package org.alknet.bench.call;

import java.util.Random;
import org.alknet.call.wire.EnvelopeCodec;
import org.alknet.call.wire.EventEnvelope;
import org.alknet.call.wire.EventTypes;
import org.alknet.call.wire.FrameException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is sent. All contenders move the same number of bytes as the frames of the call protocol.
 */
final class Payloads {
  static final String OPERATION = "bench/echo";
  static final String STREAM = "bench/stream";
  static final String ID = "3f0c6a52-5f0b-4c39-9d0e-6f2b1a7c8d90";

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private Payloads() {}

  /** The input of a call, which is also its output. */
  static ObjectNode input() {
    return JSON.objectNode()
        .put("path", "/var/lib/service/documents/2026/11/report.txt")
        .put("offset", 16384)
        .put("limit", 4096)
        .put("follow", true);
  }

  static EventEnvelope request(JsonNode input) {
    ObjectNode payload = JSON.objectNode().put("operationId", "/" + OPERATION);
    payload.set("input", input);
    return new EventEnvelope(EventTypes.REQUESTED, ID, payload);
  }

  /** Length of the frame of a call. */
  static int requestBytes() {
    return length(request(input()));
  }

  /** Length of the frame of an answer or an element. */
  static int responseBytes() {
    return length(EventEnvelope.responded(ID, input()));
  }

  /** A request with an input such that its JSON is about so long: a few strings, many numbers. */
  static EventEnvelope requestOf(int bytes) {
    Random random = new Random(7);
    ObjectNode input = input();
    int index = 0;
    while (length(request(input)) < bytes) {
      int missing = bytes - length(request(input));
      ObjectNode row = input.putObject("row" + index++);
      for (int i = 0; i < 1 + missing / 8192; i++) {
        row.put("name" + i, "entry " + random.nextInt(1000));
        row.put("size" + i, random.nextInt(1 << 20));
        row.put("share" + i, random.nextInt(1000) / 8.0);
      }
    }
    return request(input);
  }

  private static int length(EventEnvelope envelope) {
    try {
      return EnvelopeCodec.encode(envelope).remaining();
    } catch (FrameException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
