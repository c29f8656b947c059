package org.alknet.bench.call;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What Jackson alone costs a protocol whose messages are JSON: each is a tree when it is written
 * and when it was read. Nothing else of a protocol is done.
 */
final class JsonWork {
  private static final JsonMapper MAPPER = JsonMapper.shared();

  private final JsonNode request =
      MAPPER
          .createObjectNode()
          .put("type", "call.requested")
          .put("id", Payloads.ID)
          .set("payload", Payloads.request(Payloads.input()).payload());
  private final JsonNode response =
      MAPPER
          .createObjectNode()
          .put("type", "call.responded")
          .put("id", Payloads.ID)
          .set("payload", MAPPER.createObjectNode().set("output", Payloads.input()));
  private final byte[] requestBytes = MAPPER.writeValueAsBytes(request);
  private final byte[] responseBytes = MAPPER.writeValueAsBytes(response);

  /** Something that depends on all that was done, so that nothing of it is left out. */
  private volatile int result;

  void writeRequest() {
    result += MAPPER.writeValueAsBytes(request).length;
  }

  void readRequest() {
    result += MAPPER.readTree(requestBytes).size();
  }

  void writeResponse() {
    result += MAPPER.writeValueAsBytes(response).length;
  }

  void readResponse() {
    result += MAPPER.readTree(responseBytes).size();
  }
}
