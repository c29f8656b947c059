package org.alknet.http.mcp;

import java.util.List;
import java.util.Optional;
import org.alknet.http.server.HttpFields;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What every request of the revision without sessions has to carry: the revision and the
 * capabilities in its body, and in header fields what others may route by. Fields and body say the
 * same, or the request is refused: whoever decided by the one must not be led round by the other.
 */
final class ModernRequest {
  private ModernRequest() {}

  /** Whether a request is of that revision, or of one after it. */
  static boolean is(HttpFields fields, Rpc request) {
    return fields.all(Revisions.VERSION_FIELD).contains(Revisions.MODERN)
        || !request.meta(Revisions.META_VERSION).isMissingNode();
  }

  static void check(HttpFields fields, Rpc request) throws RpcFailure {
    JsonNode version = request.meta(Revisions.META_VERSION);
    if (!version.isString()) {
      throw missing(Revisions.META_VERSION, "a string");
    }
    same(fields, Revisions.VERSION_FIELD, version.stringValue(), false);
    if (!version.stringValue().equals(Revisions.MODERN)) {
      throw unsupported(version.stringValue());
    }
    if (!request.meta(Revisions.META_CAPABILITIES).isObject()) {
      throw missing(Revisions.META_CAPABILITIES, "an object");
    }
    same(fields, Revisions.METHOD_FIELD, request.method(), false);
    if (request.method().equals("tools/call") && request.params().path("name").isString()) {
      same(fields, Revisions.NAME_FIELD, request.params().path("name").stringValue(), true);
    }
  }

  /** Says which revisions there are instead. */
  static RpcFailure unsupported(String requested) {
    ObjectNode data = JsonNodeFactory.instance.objectNode();
    Revisions.ALL.forEach(data.putArray("supported")::add);
    data.put("requested", requested);
    return new RpcFailure(
        400,
        RpcFailure.UNSUPPORTED_VERSION,
        "this revision is not spoken here; supported: " + String.join(", ", Revisions.ALL),
        data);
  }

  private static RpcFailure missing(String key, String form) {
    return new RpcFailure(
        400, RpcFailure.INVALID_PARAMS, "params._meta needs " + key + ", " + form);
  }

  private static void same(HttpFields fields, String name, String inBody, boolean encoded)
      throws RpcFailure {
    List<String> values = fields.all(name);
    if (values.size() != 1) {
      throw new RpcFailure(
          400, RpcFailure.HEADER_MISMATCH, "the request needs one header field " + name);
    }
    Optional<String> value =
        encoded ? FieldValue.decode(values.get(0).strip()) : Optional.of(values.get(0).strip());
    if (!value.equals(Optional.of(inBody))) {
      throw new RpcFailure(
          400,
          RpcFailure.HEADER_MISMATCH,
          "the header field " + name + " says something else than the body");
    }
  }
}
