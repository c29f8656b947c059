package org.alknet.http.openapi;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.alknet.call.adapter.AdapterException.SchemaParse;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.schema.CoreSchema;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * YAML 1.2 as JSON. Aliases are written out, but only as far as the bounds of a document go: a few
 * lines can stand for billions of values.
 */
final class YamlText {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private int nodes;

  private YamlText() {}

  static JsonNode parse(String text, int maxCharacters) throws SchemaParse {
    LoadSettings settings =
        LoadSettings.builder()
            .setLabel("document")
            .setAllowDuplicateKeys(false)
            .setAllowRecursiveKeys(false)
            .setCodePointLimit(maxCharacters)
            .setMaxAliasesForCollections(1000)
            .setSchema(new CoreSchema())
            .build();
    try {
      return new YamlText().json(new Load(settings).loadFromString(text), 0);
    } catch (YamlEngineException malformed) {
      throw new SchemaParse(
          "the document is neither JSON nor YAML: "
              + Shown.of(String.valueOf(malformed.getMessage())),
          malformed);
    } catch (StackOverflowError deep) {
      throw new SchemaParse("the document is nested too deeply", deep);
    }
  }

  static String write(JsonNode tree) {
    DumpSettings settings =
        DumpSettings.builder().setDefaultFlowStyle(FlowStyle.BLOCK).setWidth(100).build();
    return new Dump(settings).dumpToString(plain(tree));
  }

  /** The engine writes maps, lists and scalars of the JDK. */
  private static @Nullable Object plain(JsonNode node) {
    if (node.isObject()) {
      Map<String, @Nullable Object> map = new LinkedHashMap<>();
      node.properties().forEach(entry -> map.put(entry.getKey(), plain(entry.getValue())));
      return map;
    }
    if (node.isArray()) {
      List<@Nullable Object> list = new ArrayList<>();
      node.forEach(element -> list.add(plain(element)));
      return list;
    }
    if (node.isNumber()) {
      return node.isIntegralNumber() ? node.bigIntegerValue() : node.doubleValue();
    }
    if (node.isBoolean()) {
      return node.booleanValue();
    }
    return node.isNull() ? null : node.asString();
  }

  private JsonNode json(@Nullable Object value, int depth) throws SchemaParse {
    if (++nodes > Json.MAX_DOCUMENT_NODES || depth > Json.MAX_DOCUMENT_NESTING) {
      throw new SchemaParse("the document is nested too deeply or has too many values");
    }
    if (value instanceof Map<?, ?> map) {
      ObjectNode object = NODES.objectNode();
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        object.set(String.valueOf(entry.getKey()), json(entry.getValue(), depth + 1));
      }
      return object;
    }
    if (value instanceof List<?> list) {
      ArrayNode array = NODES.arrayNode();
      for (Object element : list) {
        array.add(json(element, depth + 1));
      }
      return array;
    }
    return scalar(value);
  }

  private static JsonNode scalar(@Nullable Object value) {
    if (value instanceof Boolean flag) {
      return NODES.booleanNode(flag);
    }
    if (value instanceof Integer number) {
      return NODES.numberNode(number);
    }
    if (value instanceof Long number) {
      return NODES.numberNode(number);
    }
    if (value instanceof BigInteger number) {
      return NODES.numberNode(number);
    }
    if (value instanceof Double number && Double.isFinite(number)) {
      return NODES.numberNode(BigDecimal.valueOf(number));
    }
    return value == null ? NODES.nullNode() : NODES.stringNode(String.valueOf(value));
  }
}
