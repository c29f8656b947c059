package org.alknet.cli.client;

import java.util.Optional;
import java.util.Set;
import org.alknet.cli.config.JsonReason;
import org.alknet.cli.input.JsonInput;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * One line of a batch: what to call, or what is wrong with it.
 *
 * <p>Immutable.
 *
 * @param number of the line
 * @param id what the line calls itself, else its number
 * @param problem why it is no request
 */
record BatchRequest(
    long number, JsonNode id, String operation, JsonNode input, Optional<String> problem) {
  private static final Set<String> MEMBERS = Set.of("id", "operation", "input");

  static BatchRequest parse(long number, byte[] line) {
    JsonNode ownNumber = JsonNodeFactory.instance.numberNode(number);
    JsonNode json;
    try {
      json = JsonInput.parse(line);
    } catch (JacksonException broken) {
      return wrong(number, ownNumber, "not JSON: " + JsonReason.of(broken));
    }
    if (!json.isObject()) {
      return wrong(number, ownNumber, "not an object with \"operation\" and \"input\"");
    }
    JsonNode id = json.path("id");
    if (id.isMissingNode()) {
      id = ownNumber;
    } else if (!id.isString() && !id.isNumber()) {
      return wrong(number, ownNumber, "\"id\" is a text or a number");
    }
    for (String member : json.propertyNames()) {
      if (!MEMBERS.contains(member)) {
        return wrong(number, id, "has no member \"" + member + "\"");
      }
    }
    JsonNode operation = json.path("operation");
    if (!operation.isString() || operation.stringValue().isEmpty()) {
      return wrong(number, id, "\"operation\" is the name of one");
    }
    String name = operation.stringValue();
    return new BatchRequest(
        number,
        id,
        name.startsWith("/") ? name.substring(1) : name,
        json.has("input") ? json.path("input") : JsonNodeFactory.instance.objectNode(),
        Optional.empty());
  }

  private static BatchRequest wrong(long number, JsonNode id, String problem) {
    return new BatchRequest(
        number, id, "", JsonNodeFactory.instance.nullNode(), Optional.of(problem));
  }
}
