package org.alknet.http.openapi;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.alknet.call.operation.AccessControl;
import org.alknet.call.operation.OperationHandler;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.operation.OperationType;
import org.alknet.call.operation.Visibility;
import org.alknet.call.registry.HandlerRegistration;
import org.alknet.call.registry.OperationProvenance;
import org.alknet.call.registry.OperationRegistry;
import org.alknet.http.openapi.ImportReport.Imported;
import org.alknet.http.openapi.ImportReport.Reason;
import org.alknet.http.openapi.ImportReport.Skipped;
import org.alknet.http.openapi.SchemaConverter.Direction;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads the operations of a document, each for itself: what is wrong with one keeps out that one.
 *
 * <p>Not thread-safe; reads once.
 */
final class DocumentReader {
  private static final List<String> METHODS =
      List.of("get", "post", "put", "patch", "delete", "head", "options");
  private static final List<String> OTHER_METHODS = List.of("trace", "query", "connect");
  private static final int MAX_OPERATIONS = 10_000;
  private static final String UNARY = "_unary";

  private final OpenApiDocument document;
  private final HttpServiceConfig service;
  private final Forwarding forwarding;
  private final References references;
  private final SchemaBundles schemas;
  private final OperationNames names;
  private final List<HandlerRegistration> registrations = new ArrayList<>();
  private final List<Imported> imported = new ArrayList<>();
  private final List<Skipped> skipped = new ArrayList<>();

  DocumentReader(OpenApiDocument document, HttpServiceConfig service, Forwarding forwarding) {
    this.document = document;
    this.service = service;
    this.forwarding = forwarding;
    this.references = new References(document.json());
    this.schemas = new SchemaBundles(references, document.version());
    this.names = new OperationNames(service.namespace());
  }

  List<HandlerRegistration> registrations() {
    return List.copyOf(registrations);
  }

  ImportReport report() {
    return new ImportReport(imported, skipped);
  }

  void read() {
    Map<String, JsonNode> paths = new TreeMap<>();
    document
        .json()
        .path("paths")
        .properties()
        .forEach(path -> paths.put(path.getKey(), path.getValue()));
    paths.forEach(
        (path, item) -> {
          if (!path.startsWith("x-")) {
            readPath(path, item);
          }
        });
    for (Map.Entry<String, JsonNode> webhook : document.json().path("webhooks").properties()) {
      skip("*", webhook.getKey(), Optional.empty(), Reason.WEBHOOK, "the service calls here");
    }
  }

  private void readPath(String path, JsonNode unresolved) {
    JsonNode item;
    PathTemplate template;
    try {
      item = references.resolve(unresolved);
      template = PathTemplate.parse(path);
    } catch (Unusable unusable) {
      skip("*", path, Optional.empty(), unusable.reason(), unusable.detail());
      return;
    }
    if (!item.isObject()) {
      skip("*", path, Optional.empty(), Reason.MALFORMED, "the path is described by no object");
      return;
    }
    for (String method : METHODS) {
      if (item.has(method)) {
        readOperation(method, template, item);
      }
    }
    for (String method : OTHER_METHODS) {
      if (item.path(method).isObject()) {
        Optional<String> id = id(item.path(method));
        skip(method, path, id, Reason.METHOD, "this method is not imported");
      }
    }
  }

  private void readOperation(String method, PathTemplate path, JsonNode item) {
    JsonNode operation = item.path(method);
    Optional<String> id = id(operation);
    if (imported.size() + skipped.size() >= MAX_OPERATIONS) {
      skip(
          method, path.text(), id, Reason.TOO_LARGE, "more than " + MAX_OPERATIONS + " operations");
      return;
    }
    try {
      if (!operation.isObject()) {
        throw new Unusable(Reason.MALFORMED, "the operation is described by no object");
      }
      new Reading(method, path, item, operation, id).read();
    } catch (Unusable unusable) {
      skip(method, path.text(), id, unusable.reason(), unusable.detail());
    } catch (StackOverflowError deep) {
      skip(method, path.text(), id, Reason.TOO_LARGE, "the schemas are nested too deeply");
    }
  }

  private static Optional<String> id(JsonNode operation) {
    return Optional.of(operation.path("operationId").asString("")).filter(id -> !id.isEmpty());
  }

  private void skip(String method, String path, Optional<String> id, Reason reason, String detail) {
    // The last entry says that the list goes on.
    if (skipped.size() < MAX_OPERATIONS + METHODS.size()) {
      skipped.add(
          new Skipped(
              method.toUpperCase(Locale.ROOT), Shown.of(path), id.map(Shown::of), reason, detail));
    }
  }

  /** How operations are served. */
  interface Forwarding {
    OperationHandler handler(Endpoint endpoint, boolean events);
  }

  /** One operation. */
  private final class Reading {
    private final String method;
    private final PathTemplate path;
    private final JsonNode item;
    private final JsonNode operation;
    private final Optional<String> id;
    private final ParameterReader parameterReader = new ParameterReader(references, service);

    Reading(
        String method, PathTemplate path, JsonNode item, JsonNode operation, Optional<String> id) {
      this.method = method;
      this.path = path;
      this.item = item;
      this.operation = operation;
      this.id = id;
    }

    void read() throws Unusable {
      List<Parameter> parameters =
          parameterReader.read(item.path("parameters"), operation.path("parameters"), path);
      Optional<RequestBody> body =
          RequestBody.read(references.resolve(operation.path("requestBody")), references);
      ResponseReader responses =
          new ResponseReader(operation.path("responses"), references, schemas);
      boolean events = responses.offersEvents();
      Endpoint endpoint =
          new Endpoint(
              service,
              method.toUpperCase(Locale.ROOT),
              path,
              parameters,
              body,
              events ? Media.EVENTS : "*/*");
      JsonNode input = input(parameters, body);
      OperationType type = events ? OperationType.SUBSCRIPTION : unaryType();
      List<String> notes = new ArrayList<>(parameterReader.notes());
      if (operation.has("callbacks")) {
        notes.add("callbacks are left out");
      }
      String name = names.find(method, path, id);
      String plain = service.namespace() + "/" + id.map(OperationNames::clean).orElse("");
      if (id.isPresent() && !name.equals(plain)) {
        notes.add("renamed, since the name was taken");
      } else if (id.isPresent() && !name.equals(service.namespace() + "/" + id.get())) {
        notes.add("renamed, since names have no such characters");
      }
      add(name, type, input, responses, endpoint, notes);
      if (events && service.unaryTwins() && responses.offersJson()) {
        add(
            names.free(name + UNARY),
            unaryType(),
            input,
            responses,
            endpoint.accepting(Media.JSON),
            List.of("the same as " + name + ", answered at once"));
      }
    }

    private OperationType unaryType() {
      return switch (method) {
        case "get", "head", "options" -> OperationType.QUERY;
        default -> OperationType.MUTATION;
      };
    }

    private void add(
        String name,
        OperationType type,
        JsonNode input,
        ResponseReader responses,
        Endpoint endpoint,
        List<String> notes)
        throws Unusable {
      boolean events = type == OperationType.SUBSCRIPTION;
      OperationSpec spec =
          new OperationSpec(
              name,
              type,
              Visibility.INTERNAL,
              input,
              responses.output(events),
              responses.errors(),
              AccessControl.unrestricted());
      HandlerRegistration registration =
          HandlerRegistration.of(
              spec, forwarding.handler(endpoint, events), OperationProvenance.FROM_OPENAPI);
      check(registration);
      registrations.add(registration);
      imported.add(
          new Imported(
              name,
              type,
              method.toUpperCase(Locale.ROOT),
              Shown.of(path.text()),
              id.map(Shown::of),
              notes));
    }

    private ObjectNode input(List<Parameter> parameters, Optional<RequestBody> body)
        throws Unusable {
      ObjectNode input = JsonNodeFactory.instance.objectNode().put("type", "object");
      ObjectNode properties = JsonNodeFactory.instance.objectNode();
      ArrayNode required = JsonNodeFactory.instance.arrayNode();
      SchemaBundles.Bundle bundle = schemas.start(Direction.REQUEST);
      for (Parameter parameter : parameters) {
        properties.set(parameter.property(), bundle.add(parameter.schema()));
        if (parameter.required()) {
          required.add(parameter.property());
        }
      }
      if (body.isPresent()) {
        Optional<ObjectNode> own = body.get().ownSchema();
        properties.set(
            Endpoint.BODY, own.isPresent() ? own.get() : bundle.add(body.get().schema()));
        if (body.get().required()) {
          required.add(Endpoint.BODY);
        }
      }
      if (!properties.isEmpty()) {
        input.set("properties", properties);
      }
      if (!required.isEmpty()) {
        input.set("required", required);
      }
      bundle.finish(input);
      return input;
    }
  }

  /** What the registry would refuse later is found here, where it keeps out one operation only. */
  private static void check(HandlerRegistration registration) throws Unusable {
    try {
      OperationRegistry unused = OperationRegistry.builder().with(registration).build();
      Objects.requireNonNull(unused);
    } catch (RuntimeException | StackOverflowError unfit) {
      throw new Unusable(
          Reason.SCHEMA,
          "the input cannot be checked: " + Shown.of(String.valueOf(unfit.getMessage())));
    }
  }
}
