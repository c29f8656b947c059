package org.alknet.http.mcp;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.alknet.core.credential.Capabilities;
import org.alknet.core.credential.Secret;
import org.alknet.http.client.OutboundRequest;
import org.alknet.http.internal.gateway.Json;
import org.alknet.http.server.HttpFields;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The HTTP requests to one server: its address, the fields each era wants, and the credential.
 *
 * <p>Immutable.
 */
final class McpRequests {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final String FALLBACK_CREDENTIAL = "mcp";

  private final McpServerConfig config;

  McpRequests(McpServerConfig config) {
    this.config = Objects.requireNonNull(config, "config");
  }

  static ObjectNode clientInfo() {
    return JSON.objectNode().put("name", "alknet-from-mcp").put("version", ModuleVersion.VALUE);
  }

  /** Returns a request of the protocol, as the server wants it. */
  OutboundRequest ask(Peer peer, Ask ask, long id) throws McpFailure {
    ObjectNode params = ask.params().deepCopy();
    HttpFields fields = HttpFields.none();
    if (peer instanceof Peer.Modern) {
      ObjectNode meta = params.putObject("_meta");
      meta.put(Revisions.META_VERSION, Revisions.MODERN);
      meta.set(Revisions.META_CLIENT, clientInfo());
      meta.putObject(Revisions.META_CAPABILITIES);
      fields = fields.with(Revisions.METHOD_FIELD, ask.method()).and(ask.more());
      if (!ask.name().isEmpty()) {
        fields = fields.with(Revisions.NAME_FIELD, FieldValue.encode(ask.name()));
      }
    }
    ObjectNode message = JSON.objectNode().put("jsonrpc", "2.0").put("id", id);
    message.put("method", ask.method()).set("params", params);
    return post(peer, fields, message, ask.credentials(), ask.limit().left());
  }

  /** Returns a request that carries a message. */
  OutboundRequest post(
      Peer peer, HttpFields more, ObjectNode message, Capabilities credentials, Duration time)
      throws McpFailure {
    HttpFields fields =
        HttpFields.of("Accept", "application/json, text/event-stream")
            .with("Content-Type", "application/json")
            .and(session(peer))
            .and(more)
            .and(authorization(credentials));
    return request("POST", fields, Json.write(message), time);
  }

  /** Returns a request for the standing stream of a server with an initialize. */
  OutboundRequest get(Peer peer, Capabilities credentials, Duration time) throws McpFailure {
    HttpFields fields =
        HttpFields.of("Accept", "text/event-stream")
            .and(session(peer))
            .and(authorization(credentials));
    return request("GET", fields, new byte[0], time);
  }

  /** Returns the request that ends a session. */
  OutboundRequest delete(Peer peer, Capabilities credentials, Duration time) throws McpFailure {
    return request("DELETE", session(peer).and(authorization(credentials)), new byte[0], time);
  }

  private OutboundRequest request(String method, HttpFields fields, byte[] body, Duration time) {
    return new OutboundRequest(
        method,
        config.endpoint(),
        String.valueOf(config.endpoint().getRawPath()),
        fields,
        body,
        Optional.of(time));
  }

  private static HttpFields session(Peer peer) {
    if (peer instanceof Peer.Legacy legacy) {
      HttpFields fields =
          legacy.version().isEmpty()
              ? HttpFields.none()
              : HttpFields.of(Revisions.VERSION_FIELD, legacy.version());
      return legacy.session().map(id -> fields.with(Revisions.SESSION_FIELD, id)).orElse(fields);
    }
    return HttpFields.of(Revisions.VERSION_FIELD, Revisions.MODERN);
  }

  private HttpFields authorization(Capabilities credentials) throws McpFailure {
    Optional<Secret> secret =
        credentials.get(config.namespace()).or(() -> credentials.get(FALLBACK_CREDENTIAL));
    if (secret.isEmpty()) {
      return HttpFields.none();
    }
    if (!config.isPrivate()) {
      throw McpFailure.broken("a credential is not sent without TLS to another machine");
    }
    try {
      return HttpFields.of("Authorization", "Bearer " + secret.get().revealSecretText());
    } catch (IllegalArgumentException | IllegalStateException unusable) {
      // Closed a moment ago, or a text no header field can hold; which must not be repeated.
      throw McpFailure.broken("the credential cannot be sent");
    }
  }
}
