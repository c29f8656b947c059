package org.alknet.http.mcp;

import org.alknet.call.operation.CallError;
import org.alknet.call.operation.ResponseEnvelope;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** What the result of a tool means for the call that asked for it. */
final class ToolResult {
  private ToolResult() {}

  static ResponseEnvelope envelope(String requestId, JsonNode result) throws McpFailure {
    JsonNode content = result.path("content");
    if (content.isMissingNode() || content.isNull()) {
      content = JsonNodeFactory.instance.arrayNode();
    }
    if (!content.isArray()) {
      throw McpFailure.broken("the server answered with content that is no array");
    }
    if (result.path("isError").asBoolean(false)) {
      String message =
          content.isEmpty()
              ? "the tool reported a failure, without content"
              : "the tool reported a failure";
      return ResponseEnvelope.err(
          requestId, CallError.of(RemoteTool.TOOL_ERROR, message, false, content));
    }
    return ResponseEnvelope.ok(
        requestId, result.has("structuredContent") ? result.path("structuredContent") : content);
  }
}
