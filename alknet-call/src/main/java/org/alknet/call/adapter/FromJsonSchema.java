package org.alknet.call.adapter;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.alknet.call.operation.OperationHandler;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.registry.HandlerRegistration;
import org.alknet.call.registry.OperationProvenance;
import tools.jackson.databind.JsonNode;

/**
 * An operation that is only described: for catalogues, validation and planning without anything
 * that could run it (spec/call.md section 19.4). Calling it answers {@code NOT_FOUND}.
 *
 * <p>Immutable. Thread-safe.
 */
public final class FromJsonSchema implements OperationAdapter {
  private final OperationSpec spec;
  private final JsonNode schema;

  /**
   * Describes one operation.
   *
   * @param spec its name, kind and access; its input schema is replaced
   * @param schema the JSON Schema of its input, a JSON object
   */
  public FromJsonSchema(OperationSpec spec, JsonNode schema) {
    this.spec = Objects.requireNonNull(spec, "spec");
    this.schema = Objects.requireNonNull(schema, "schema");
  }

  /**
   * Returns the registration of a described operation.
   *
   * @throws AdapterException.SchemaParse if the schema is not a JSON object
   */
  public static HandlerRegistration registration(OperationSpec spec, JsonNode schema)
      throws AdapterException.SchemaParse {
    if (!schema.isObject()) {
      throw new AdapterException.SchemaParse(
          spec.name() + ": the schema of an operation is a JSON object");
    }
    OperationSpec described =
        new OperationSpec(
            spec.name(),
            spec.opType(),
            spec.visibility(),
            schema,
            spec.outputSchema(),
            spec.errorSchemas(),
            spec.accessControl());
    return HandlerRegistration.of(
        described, new OperationHandler.SchemaOnly(), OperationProvenance.FROM_JSON_SCHEMA);
  }

  @Override
  public CompletionStage<List<HandlerRegistration>> importOperations() {
    try {
      return CompletableFuture.completedFuture(List.of(registration(spec, schema)));
    } catch (AdapterException.SchemaParse failure) {
      return CompletableFuture.failedFuture(failure);
    }
  }
}
