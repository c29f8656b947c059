package org.alknet.http.openapi;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * A body of several parts, one for each property (RFC 7578).
 *
 * <p>Not thread-safe.
 */
final class MultipartBody {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final String boundary = "part-" + UUID.randomUUID();
  private final String mediaType;
  private final JsonNode encoding;
  private final Set<String> binary;

  MultipartBody(String mediaType, JsonNode encoding, Set<String> binary) {
    this.mediaType = mediaType;
    this.encoding = encoding;
    this.binary = binary;
  }

  RequestBody.Written write(JsonNode value) throws Refused {
    if (!value.isObject()) {
      throw Refused.input("the body is an object");
    }
    for (Map.Entry<String, JsonNode> property : value.properties()) {
      JsonNode elements =
          property.getValue().isArray()
              ? property.getValue()
              : JsonNodeFactory.instance.arrayNode().add(property.getValue());
      for (JsonNode element : elements) {
        part(property.getKey(), element);
      }
    }
    ascii("--" + boundary + "--\r\n");
    return new RequestBody.Written(mediaType + "; boundary=" + boundary, out.toByteArray());
  }

  private void part(String name, JsonNode value) throws Refused {
    boolean bytes = binary.contains(name);
    String usual = bytes ? Media.BYTES : value.isContainer() ? Media.JSON : "text/plain";
    String stated = encoding.path(name).path("contentType").asString("");
    // A list of types leaves the choice to us.
    boolean usable = stated.matches("[A-Za-z0-9.+-]+/[A-Za-z0-9.+-]+");
    ascii("--" + boundary + "\r\nContent-Disposition: form-data; name=\"");
    out.writeBytes(quoted(name).getBytes(StandardCharsets.UTF_8));
    if (bytes) {
      ascii("\"; filename=\"");
      out.writeBytes(quoted(name).getBytes(StandardCharsets.UTF_8));
    }
    ascii("\"\r\nContent-Type: " + (usable ? stated : usual) + "\r\n\r\n");
    out.writeBytes(
        bytes ? RequestBody.bytes(value) : Style.text(value).getBytes(StandardCharsets.UTF_8));
    ascii("\r\n");
  }

  private static String quoted(String name) {
    return name.replace("\"", "%22").replace("\r", "%0D").replace("\n", "%0A");
  }

  private void ascii(String text) {
    out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
  }
}
