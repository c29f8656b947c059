package org.alknet.call.registry;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.path.PathType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * JSON Schema 2020-12. Compiled once; never loads anything from elsewhere, be it the network, a
 * file or the class path.
 */
final class JsonSchemaValidator implements InputValidator {
  private static final String DIALECT = SpecificationVersion.DRAFT_2020_12.getDialectId();

  /** Keywords whose messages speak of the schema only. Other messages could repeat input. */
  private static final Set<String> OWN_WORDS =
      Set.of(
          "type",
          "required",
          "minimum",
          "maximum",
          "exclusiveMinimum",
          "exclusiveMaximum",
          "multipleOf",
          "minLength",
          "maxLength",
          "pattern",
          "enum",
          "const",
          "minItems",
          "maxItems",
          "minProperties",
          "maxProperties",
          "format");

  /**
   * A number of a few characters can stand for billions of digits, which arithmetic would write
   * out; no schema needs those.
   */
  private static final int MAX_SCALE = 10_000;

  private static final SchemaRegistryConfig CONFIG =
      SchemaRegistryConfig.builder()
          .locale(Locale.ROOT)
          .pathType(PathType.JSON_POINTER)
          .preloadSchema(true)
          .build();

  private static final Schema META_SCHEMA =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
          .getSchema(com.networknt.schema.SchemaLocation.of(DIALECT));

  private final Schema schema;

  private JsonSchemaValidator(Schema schema) {
    this.schema = schema;
  }

  /**
   * Compiles a schema.
   *
   * @throws IllegalArgumentException if it is no schema or refers to anything outside itself
   */
  static InputValidator compile(String operation, JsonNode schema) {
    if ((schema.isObject() && schema.isEmpty()) || (schema.isBoolean() && schema.booleanValue())) {
      return ANYTHING;
    }
    try {
      List<Error> errors = META_SCHEMA.validate(schema);
      if (!errors.isEmpty()) {
        throw new IllegalArgumentException(
            operation + ": the input schema is not JSON Schema 2020-12: " + errors.get(0));
      }
      SchemaRegistry registry =
          SchemaRegistry.withDefaultDialect(
              SpecificationVersion.DRAFT_2020_12,
              builder ->
                  builder
                      .schemaRegistryConfig(CONFIG)
                      .schemaLoader(loader -> loader.allow(iri -> false)));
      Schema compiled = registry.getSchema(schema);
      compiled.initializeValidators();
      return new JsonSchemaValidator(compiled);
    } catch (com.networknt.schema.SchemaException failure) {
      throw new IllegalArgumentException(
          operation + ": the input schema does not compile: " + failure.getMessage(), failure);
    }
  }

  @Override
  public List<Violation> validate(JsonNode input) {
    if (hasHugeNumber(input)) {
      return List.of(new Violation("", "a number is out of range"));
    }
    List<Violation> violations = new ArrayList<>();
    for (Error error : schema.validate(input)) {
      if (violations.size() == MAX_VIOLATIONS) {
        break;
      }
      violations.add(new Violation(error.getInstanceLocation().toString(), message(error)));
    }
    return violations;
  }

  private static String message(Error error) {
    return OWN_WORDS.contains(error.getKeyword())
        ? error.getMessage()
        : "does not satisfy " + error.getKeyword();
  }

  private static boolean hasHugeNumber(JsonNode node) {
    if (node.isBigDecimal()) {
      return Math.abs((long) node.decimalValue().scale()) > MAX_SCALE;
    }
    for (JsonNode child : node) {
      if (hasHugeNumber(child)) {
        return true;
      }
    }
    return false;
  }
}
