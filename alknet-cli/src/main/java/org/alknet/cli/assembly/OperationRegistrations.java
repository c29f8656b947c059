package org.alknet.cli.assembly;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.alknet.call.operation.AccessControl;
import org.alknet.call.operation.OperationHandler;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.operation.StreamingHandler;
import org.alknet.call.operation.UnaryHandler;
import org.alknet.call.registry.HandlerRegistration;
import org.alknet.call.registry.OperationProvenance;
import tools.jackson.databind.JsonNode;

/**
 * A short way to describe an operation of a node (spec/cli.md section 17).
 *
 * <pre>{@code
 * OperationRegistrations.query("inventory/get", SCHEMA, this::get).requireScope("inventory:read")
 * }</pre>
 *
 * <p>Not thread-safe.
 */
public final class OperationRegistrations {
  private final OperationSpec.Builder spec;
  private final OperationHandler handler;
  private final List<String> scopes = new ArrayList<>();
  private final List<String> credentials = new ArrayList<>();

  private OperationRegistrations(OperationSpec.Builder spec, OperationHandler handler) {
    this.spec = spec;
    this.handler = handler;
  }

  /** Describes a query; the input has to fit the schema. */
  public static OperationRegistrations query(
      String name, JsonNode inputSchema, UnaryHandler handler) {
    return new OperationRegistrations(
        OperationSpec.query(name).inputSchema(inputSchema), new OperationHandler.Once(handler));
  }

  /** Describes a mutation; the input has to fit the schema. */
  public static OperationRegistrations mutation(
      String name, JsonNode inputSchema, UnaryHandler handler) {
    return new OperationRegistrations(
        OperationSpec.mutation(name).inputSchema(inputSchema), new OperationHandler.Once(handler));
  }

  /** Describes a subscription; the input has to fit the schema. */
  public static OperationRegistrations subscription(
      String name, JsonNode inputSchema, StreamingHandler handler) {
    return new OperationRegistrations(
        OperationSpec.subscription(name).inputSchema(inputSchema),
        new OperationHandler.Stream(handler));
  }

  /** Lets only callers with this scope in; several have to be there together. */
  public OperationRegistrations requireScope(String scope) {
    scopes.add(Objects.requireNonNull(scope, "scope"));
    return this;
  }

  /** Gives the handler a stored credential as a capability. */
  public OperationRegistrations credential(String provider) {
    credentials.add(Objects.requireNonNull(provider, "provider"));
    return this;
  }

  HandlerRegistration registration() {
    if (!scopes.isEmpty()) {
      spec.accessControl(AccessControl.scopes(scopes.toArray(String[]::new)));
    }
    return HandlerRegistration.of(spec.build(), handler, OperationProvenance.LOCAL);
  }

  List<String> credentials() {
    return List.copyOf(credentials);
  }
}
