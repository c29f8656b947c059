package org.alknet.http.mcp;

import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import org.alknet.call.operation.ErrorDefinition;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.registry.OperationRegistry;
import org.alknet.core.credential.Capabilities;
import org.alknet.core.observe.LogLine;
import org.alknet.http.internal.gateway.Json;
import org.alknet.http.mcp.McpImport.Reason;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * One tool of a server, and the operation it becomes. The server's words are believed as far as
 * they make an operation: names follow our grammar, sizes are bounded, schemas compile.
 *
 * @param remoteName what the server calls it
 * @param spec the operation
 * @param headers what is repeated in header fields
 */
record RemoteTool(String remoteName, OperationSpec spec, HeaderParameters headers) {
  /** Code of the error a tool may report. */
  static final String TOOL_ERROR = "MCP_TOOL_ERROR";

  private static final int MAX_BYTES = 1 << 20;
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  RemoteTool {
    Objects.requireNonNull(remoteName, "remoteName");
    Objects.requireNonNull(spec, "spec");
    Objects.requireNonNull(headers, "headers");
  }

  /** A tool that cannot be an operation. */
  static final class Unusable extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient McpImport.Skipped skipped;

    Unusable(String name, Reason reason, @Nullable String detail) {
      super(detail);
      String shown = LogLine.escape(detail == null ? "" : detail);
      this.skipped = new McpImport.Skipped(LogLine.escape(name), reason, shown);
    }

    McpImport.Skipped skipped() {
      return skipped;
    }
  }

  /**
   * Reads an entry of a list.
   *
   * @param modern whether the server knows header annotations
   */
  static RemoteTool read(JsonNode entry, String namespace, boolean modern) throws Unusable {
    JsonNode named = entry.path("name");
    if (!entry.isObject() || !named.isString()) {
      throw new Unusable("", Reason.MALFORMED, "a tool is an object with a name");
    }
    String name = named.stringValue();
    String local = namespace + "/" + clean(name);
    if (!OperationSpec.isWellFormedName(local)) {
      throw new Unusable(name, Reason.NAME, "no operation can have this name");
    }
    if (Json.write(entry).length > MAX_BYTES) {
      throw new Unusable(name, Reason.TOO_LARGE, "the description is longer than 1 MiB");
    }
    HeaderParameters headers = HeaderParameters.none();
    if (modern) {
      try {
        headers = HeaderParameters.of(entry.path("inputSchema"));
      } catch (IllegalArgumentException refused) {
        throw new Unusable(name, Reason.HEADER_ANNOTATION, refused.getMessage());
      }
    }
    return new RemoteTool(name, spec(entry, name, local), headers);
  }

  private static OperationSpec spec(JsonNode entry, String name, String local) throws Unusable {
    try {
      JsonNode output = entry.path("outputSchema");
      OperationSpec spec =
          OperationSpec.mutation(local)
              .internal()
              .inputSchema(SchemaDialect.current(entry.get("inputSchema")))
              .outputSchema(
                  output.isMissingNode() || output.isNull()
                      ? contentBlocks()
                      : SchemaDialect.current(output))
              .errors(toolError(name))
              .build();
      compile(spec);
      return spec;
    } catch (IllegalArgumentException refused) {
      throw new Unusable(name, Reason.SCHEMA, refused.getMessage());
    }
  }

  /** Both schemas, one after the other, the way a registry will compile them. */
  private static void compile(OperationSpec spec) {
    for (JsonNode schema : List.of(spec.inputSchema(), spec.outputSchema())) {
      OperationRegistry trial =
          OperationRegistry.builder()
              .withLeaf(
                  OperationSpec.mutation(spec.name()).inputSchema(schema).build(),
                  (input, ctx) ->
                      java.util.concurrent.CompletableFuture.completedFuture(
                          ResponseEnvelope.ok(ctx.requestId(), input)),
                  Capabilities.empty())
              .build();
      if (trial.size() != 1) {
        throw new AssertionError("a registry has what it was given");
      }
    }
  }

  private static ErrorDefinition toolError(String name) {
    ObjectNode schema = contentBlocks();
    return new ErrorDefinition(
        TOOL_ERROR,
        "The tool " + LogLine.escape(name) + " reported a failure (isError).",
        schema,
        OptionalInt.empty());
  }

  /** What a tool answers that does not say what it answers. */
  static ObjectNode contentBlocks() {
    ObjectNode schema = JSON.objectNode().put("type", "array");
    ArrayNode kinds = schema.putObject("items").putArray("anyOf");
    block(kinds, "text", "text");
    block(kinds, "image", "data", "mimeType");
    block(kinds, "audio", "data", "mimeType");
    block(kinds, "resource", "resource");
    block(kinds, "resource_link", "uri", "name");
    return schema;
  }

  private static void block(ArrayNode kinds, String type, String... members) {
    ObjectNode kind = kinds.addObject().put("type", "object");
    ObjectNode properties = kind.putObject("properties");
    properties.putObject("type").put("const", type);
    ArrayNode required = kind.putArray("required").add("type");
    for (String member : members) {
      properties.putObject(member).put("type", member.equals("resource") ? "object" : "string");
      required.add(member);
    }
  }

  /** Makes a name fit the grammar of names, as far as that goes. */
  static String clean(String name) {
    StringBuilder cleaned = new StringBuilder();
    for (String segment : name.replaceAll("[^A-Za-z0-9._/-]", "_").split("/", -1)) {
      String rest = segment.replaceFirst("^[._-]+", "");
      if (!rest.isEmpty()) {
        cleaned.append(cleaned.isEmpty() ? "" : "/").append(rest);
      }
    }
    return cleaned.toString();
  }
}
