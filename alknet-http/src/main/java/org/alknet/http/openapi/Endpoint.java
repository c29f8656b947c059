package org.alknet.http.openapi;

import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.alknet.call.operation.Deadline;
import org.alknet.call.operation.OperationContext;
import org.alknet.core.credential.Secret;
import org.alknet.http.client.OutboundRequest;
import org.alknet.http.server.HttpFields;
import tools.jackson.databind.JsonNode;

/**
 * How an input becomes a request (spec/http.md section 11.4).
 *
 * <p>Immutable. Thread-safe.
 */
final class Endpoint {
  /** The property of the input that is the body. */
  static final String BODY = "body";

  private static final int MAX_ADDRESS = 32 << 10;
  private static final Style FORM = new Style("form", true, false);

  private final HttpServiceConfig service;
  private final String base;
  private final String method;
  private final PathTemplate path;
  private final List<Parameter> parameters;
  private final Optional<RequestBody> body;
  private final String accept;
  private final Set<String> known = new HashSet<>();

  Endpoint(
      HttpServiceConfig service,
      String method,
      PathTemplate path,
      List<Parameter> parameters,
      Optional<RequestBody> body,
      String accept) {
    this.service = service;
    String url = service.baseUrl().toString();
    this.base = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    this.method = method;
    this.path = path;
    this.parameters = List.copyOf(parameters);
    this.body = body;
    this.accept = accept;
    parameters.forEach(parameter -> known.add(parameter.property()));
    body.ifPresent(present -> known.add(BODY));
  }

  HttpServiceConfig service() {
    return service;
  }

  /** Returns the same endpoint, asked for something else. */
  Endpoint accepting(String mediaType) {
    return new Endpoint(service, method, path, parameters, body, mediaType);
  }

  /**
   * Returns the request for an input.
   *
   * @throws Refused if the input cannot be sent, or the credential is missing
   */
  OutboundRequest request(JsonNode input, OperationContext ctx) throws Refused {
    if (!input.isObject()) {
      throw Refused.input("the input is an object");
    }
    Optional<String> secret = secret(ctx);
    Optional<RequestBody.Written> written = written(input);
    URI uri = uri(input, secret);
    HttpFields fields = fields(input, written.map(RequestBody.Written::contentType), secret);
    return new OutboundRequest(
        method,
        uri,
        path.text(),
        fields,
        written.map(RequestBody.Written::bytes).orElse(new byte[0]),
        ctx.deadline().map(Deadline::remaining));
  }

  private Optional<String> secret(OperationContext ctx) throws Refused {
    if (service.auth().isEmpty()) {
      return Optional.empty();
    }
    Optional<String> secret =
        ctx.capabilities().get(service.credential()).map(Secret::revealSecretText);
    if (secret.isEmpty() && service.credentialRequired()) {
      throw Refused.internal("the credential " + service.credential() + " is missing");
    }
    return secret;
  }

  private Optional<RequestBody.Written> written(JsonNode input) throws Refused {
    if (body.isEmpty() || !input.has(BODY)) {
      if (body.filter(RequestBody::required).isPresent()) {
        throw Refused.input("the input has no body");
      }
      return Optional.empty();
    }
    return Optional.of(body.get().write(input.path(BODY)));
  }

  private URI uri(JsonNode input, Optional<String> secret) throws Refused {
    String address = base + filledPath(input);
    String query =
        query(input, secret).stream().map(Style.Pair::toString).collect(Collectors.joining("&"));
    if (!path.query().isEmpty()) {
      query = query.isEmpty() ? path.query() : path.query() + "&" + query;
    }
    address = query.isEmpty() ? address : address + "?" + query;
    if (address.length() > MAX_ADDRESS) {
      throw Refused.input("the parameters are longer than an address may be");
    }
    try {
      return URI.create(address);
    } catch (IllegalArgumentException malformed) {
      throw Refused.internal("the path of the document is no path");
    }
  }

  private String filledPath(JsonNode input) throws Refused {
    Map<String, String> values = new HashMap<>();
    for (Parameter parameter : parameters) {
      if (parameter.place() != Place.PATH) {
        continue;
      }
      JsonNode value = input.path(parameter.property());
      String text =
          value.isMissingNode() || value.isNull()
              ? ""
              : parameter.json()
                  ? Percent.encode(Json.text(value))
                  : parameter.style().inPath(parameter.name(), value);
      if (text.isEmpty()) {
        throw Refused.input("the path needs a value for " + parameter.property());
      }
      values.put(parameter.name(), text);
    }
    return path.fill(placeholder -> values.getOrDefault(placeholder, ""));
  }

  private List<Style.Pair> query(JsonNode input, Optional<String> secret) throws Refused {
    List<Style.Pair> pairs = new ArrayList<>(pairs(input, Place.QUERY));
    for (Map.Entry<String, JsonNode> member : input.properties()) {
      if (!known.contains(member.getKey())) {
        pairs.addAll(FORM.pairs(member.getKey(), member.getValue()));
      }
    }
    if (service.auth().orElse(null) instanceof HttpAuthScheme.ApiKeyQuery key) {
      // No input may bring a credential of its own beside ours.
      pairs.removeIf(pair -> pair.name().equals(Percent.encode(key.name())));
      secret.ifPresent(
          text -> pairs.add(new Style.Pair(Percent.encode(key.name()), Percent.encode(text))));
    }
    return pairs;
  }

  private List<Style.Pair> pairs(JsonNode input, Place place) throws Refused {
    List<Style.Pair> pairs = new ArrayList<>();
    for (Parameter parameter : parameters) {
      JsonNode value = input.path(parameter.property());
      if (parameter.place() != place || value.isMissingNode()) {
        continue;
      }
      if (parameter.json()) {
        pairs.add(
            new Style.Pair(Percent.encode(parameter.name()), Percent.encode(Json.text(value))));
      } else {
        pairs.addAll(parameter.style().pairs(parameter.name(), value));
      }
    }
    return pairs;
  }

  /** Later fields win. */
  private HttpFields fields(JsonNode input, Optional<String> contentType, Optional<String> secret)
      throws Refused {
    Map<String, String> fields = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    service.defaultHeaders().forEach(fields::put);
    for (Parameter parameter : parameters) {
      JsonNode value = input.path(parameter.property());
      if (parameter.place() == Place.HEADER && !value.isMissingNode() && !value.isNull()) {
        String text = parameter.json() ? Json.text(value) : parameter.style().inHeader(value);
        fields.put(parameter.name(), checked(parameter, text));
      }
    }
    List<Style.Pair> cookies = pairs(input, Place.COOKIE);
    contentType.ifPresent(type -> fields.put("Content-Type", type));
    fields.put("Accept", accept);
    credential(fields, cookies, secret);
    if (!cookies.isEmpty()) {
      fields.put(
          "Cookie", cookies.stream().map(Style.Pair::toString).collect(Collectors.joining("; ")));
    }
    try {
      return HttpFields.copyOf(fields.entrySet());
    } catch (IllegalArgumentException malformed) {
      // Parameters were looked at before.
      throw Refused.internal("the credential " + service.credential() + " cannot be sent");
    }
  }

  private static String checked(Parameter parameter, String text) throws Refused {
    try {
      HttpFields.of(parameter.name(), text);
      return text;
    } catch (IllegalArgumentException malformed) {
      throw Refused.input("no header field can hold the value of " + parameter.property());
    }
  }

  private void credential(
      Map<String, String> fields, List<Style.Pair> cookies, Optional<String> secret) {
    if (secret.isEmpty() || service.auth().isEmpty()) {
      return;
    }
    HttpAuthScheme scheme = service.auth().get();
    String text = secret.get();
    if (scheme instanceof HttpAuthScheme.Bearer) {
      fields.put("Authorization", "Bearer " + text);
    } else if (scheme instanceof HttpAuthScheme.Basic) {
      fields.put("Authorization", "Basic " + text);
    } else if (scheme instanceof HttpAuthScheme.ApiKey key) {
      fields.put(key.headerName(), text);
    } else if (scheme instanceof HttpAuthScheme.ApiKeyCookie cookie) {
      cookies.removeIf(pair -> pair.name().equals(cookie.name()));
      cookies.add(new Style.Pair(cookie.name(), text));
    }
  }
}
