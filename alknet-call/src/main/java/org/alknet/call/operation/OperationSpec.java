package org.alknet.call.operation;

import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * The description of an operation: its name, its kind, its schemas and who may call it
 * (spec/call.md section 6.2).
 *
 * <p>Immutable, as long as nobody changes the schema nodes.
 *
 * @param name {@code service/op} without a leading slash; never holds a node or peer name
 * @param opType the kind of answer
 * @param visibility whether it exists for callers on the wire
 * @param inputSchema JSON Schema 2020-12 of the input; an empty object allows everything
 * @param outputSchema JSON Schema of the output
 * @param errorSchemas declared domain errors
 * @param accessControl what a caller needs
 */
public record OperationSpec(
    String name,
    OperationType opType,
    Visibility visibility,
    JsonNode inputSchema,
    JsonNode outputSchema,
    List<ErrorDefinition> errorSchemas,
    AccessControl accessControl) {
  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}(/[A-Za-z0-9][A-Za-z0-9._-]{0,127}){0,7}");
  private static final int MAX_NAME = 255;

  /** Copies the list and refuses null components. */
  public OperationSpec {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(opType, "opType");
    Objects.requireNonNull(visibility, "visibility");
    Objects.requireNonNull(inputSchema, "inputSchema");
    Objects.requireNonNull(outputSchema, "outputSchema");
    errorSchemas = List.copyOf(errorSchemas);
    Objects.requireNonNull(accessControl, "accessControl");
  }

  /** Starts an external, unrestricted operation with empty schemas. */
  public static Builder builder(String name, OperationType opType) {
    return new Builder(name, opType);
  }

  /** Starts an external, unrestricted query. */
  public static Builder query(String name) {
    return builder(name, OperationType.QUERY);
  }

  /** Starts an external, unrestricted mutation. */
  public static Builder mutation(String name) {
    return builder(name, OperationType.MUTATION);
  }

  /** Starts an external, unrestricted subscription. */
  public static Builder subscription(String name) {
    return builder(name, OperationType.SUBSCRIPTION);
  }

  /**
   * Whether a name has the grammar that registration asks for: 1 to 8 segments joined by {@code /},
   * each a letter or digit followed by up to 127 letters, digits, dots, underscores or hyphens, at
   * most 255 characters in all.
   */
  public static boolean isWellFormedName(String name) {
    return name.length() <= MAX_NAME && NAME.matcher(name).matches();
  }

  /** Returns the text before the first slash; a name without one is its own namespace. */
  public String namespace() {
    int slash = name.indexOf('/');
    return slash < 0 ? name : name.substring(0, slash);
  }

  /** Returns the form on the wire, with its leading slash. */
  public String path() {
    return "/" + name;
  }

  /** Whether a domain error with this code is declared. */
  public boolean declaresError(String code) {
    for (ErrorDefinition definition : errorSchemas) {
      if (definition.code().equals(code)) {
        return true;
      }
    }
    return false;
  }

  /** Returns the same operation with another visibility. */
  public OperationSpec withVisibility(Visibility other) {
    return new OperationSpec(
        name, opType, other, inputSchema, outputSchema, errorSchemas, accessControl);
  }

  /** Returns the same operation under another name. */
  public OperationSpec withName(String other) {
    return new OperationSpec(
        other, opType, visibility, inputSchema, outputSchema, errorSchemas, accessControl);
  }

  /** Collects the optional parts of a spec. Not thread-safe. */
  public static final class Builder {
    private final String name;
    private final OperationType opType;
    private Visibility visibility = Visibility.EXTERNAL;
    private JsonNode inputSchema = JsonNodeFactory.instance.objectNode();
    private JsonNode outputSchema = JsonNodeFactory.instance.objectNode();
    private List<ErrorDefinition> errorSchemas = List.of();
    private AccessControl accessControl = AccessControl.unrestricted();

    private Builder(String name, OperationType opType) {
      this.name = Objects.requireNonNull(name, "name");
      this.opType = Objects.requireNonNull(opType, "opType");
    }

    /** Hides the operation from the wire. */
    public Builder internal() {
      this.visibility = Visibility.INTERNAL;
      return this;
    }

    /** Sets the JSON Schema of the input. */
    public Builder inputSchema(JsonNode schema) {
      this.inputSchema = schema;
      return this;
    }

    /** Sets the JSON Schema of the output. */
    public Builder outputSchema(JsonNode schema) {
      this.outputSchema = schema;
      return this;
    }

    /** Declares the domain errors. */
    public Builder errors(ErrorDefinition... definitions) {
      this.errorSchemas = List.of(definitions);
      return this;
    }

    /** Sets what a caller needs. */
    public Builder accessControl(AccessControl control) {
      this.accessControl = control;
      return this;
    }

    /** Returns the spec. */
    public OperationSpec build() {
      return new OperationSpec(
          name, opType, visibility, inputSchema, outputSchema, errorSchemas, accessControl);
    }
  }
}
