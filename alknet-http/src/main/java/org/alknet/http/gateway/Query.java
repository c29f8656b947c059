package org.alknet.http.gateway;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.alknet.http.server.HttpExchange;

/** The parameters of a query, decoded strictly: what could be read in two ways is refused. */
final class Query {
  private final Map<String, String> parameters;

  private Query(Map<String, String> parameters) {
    this.parameters = parameters;
  }

  static Query of(HttpExchange exchange) throws Invocation.Refused {
    Map<String, String> parameters = new LinkedHashMap<>();
    String text = exchange.query().orElse("");
    for (String pair : text.split("&", -1)) {
      if (pair.isEmpty()) {
        continue;
      }
      int equals = pair.indexOf('=');
      String name = decode(equals < 0 ? pair : pair.substring(0, equals));
      String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
      if (parameters.put(name, value) != null) {
        throw new Invocation.Refused(400, "a parameter of the query is given twice");
      }
    }
    return new Query(parameters);
  }

  Optional<String> get(String name) {
    return Optional.ofNullable(parameters.get(name));
  }

  private static String decode(String text) throws Invocation.Refused {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != '%') {
        bytes.write(c == '+' ? ' ' : c);
        continue;
      }
      int high = i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
      int low = i + 2 < text.length() ? Character.digit(text.charAt(i + 2), 16) : -1;
      if (high < 0 || low < 0) {
        throw new Invocation.Refused(400, "the query is not percent-encoded");
      }
      bytes.write(high * 16 + low);
      i += 2;
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes.toByteArray()))
          .toString();
    } catch (CharacterCodingException malformed) {
      throw new Invocation.Refused(400, "the query is not UTF-8");
    }
  }
}
