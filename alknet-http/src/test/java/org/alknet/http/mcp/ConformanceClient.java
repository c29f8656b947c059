package org.alknet.http.mcp;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.alknet.core.credential.Capabilities;
import org.alknet.http.testing.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * The importer as a program of its own, for the conformance suite: imports from the server it is
 * told and calls its tools, as the scenario asks for.
 */
public final class ConformanceClient {
  private ConformanceClient() {}

  /**
   * Runs one scenario.
   *
   * @param args the server's address
   */
  public static void main(String[] args) {
    String context = System.getenv("MCP_CONFORMANCE_CONTEXT");
    JsonNode asked =
        context == null
            ? JsonNodeFactory.instance.missingNode()
            : Json.parse(context).path("toolCalls");
    try (Importer importer =
        new Importer(
            McpServerConfig.of(URI.create(args[args.length - 1]), "far"), Capabilities.empty())) {
      McpImport found = importer.run();
      found.skipped().forEach(skipped -> System.err.println("skipped " + skipped));
      if (asked.isArray()) {
        asked.forEach(
            call ->
                use(
                    importer,
                    "far/" + call.path("name").asString(),
                    call.path("arguments").toString()));
        return;
      }
      JsonNode rich = JsonNodeFactory.instance.objectNode();
      List<String> names = new ArrayList<>();
      for (var one : found.registrations()) {
        names.add(one.spec().name());
        if (one.spec().name().contains("2020_12")) {
          rich = one.spec().inputSchema();
        }
      }
      for (String name : names) {
        use(importer, name, input(name, rich));
      }
    }
  }

  private static String input(String name, JsonNode rich) {
    if (name.toLowerCase(Locale.ROOT).endsWith("_echo")) {
      return JsonNodeFactory.instance.objectNode().set("schema", rich).toString();
    }
    return switch (name) {
      case "far/add_numbers" -> "{\"a\":5,\"b\":3}";
      case "far/valid_tool" -> "{\"region\":\"us\"}";
      default -> "{}";
    };
  }

  private static void use(Importer importer, String operation, String input) {
    System.err.println(operation + " " + importer.call(operation, input));
  }
}
