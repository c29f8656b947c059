package org.alknet.http.internal.net;

import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.alknet.http.internal.site.Peer;
import org.alknet.http.internal.site.RequestHead;
import org.alknet.http.server.HttpFields;
import org.jspecify.annotations.Nullable;

/**
 * Reads the head of a request and refuses what two servers could read in two ways (RFC 9112 section
 * 11.2, RFC 9113 section 8.2): that is how requests are smuggled.
 */
final class Heads {
  private static final Pattern HOST =
      Pattern.compile("([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+])(:[0-9]{1,5})?");
  private static final Pattern ABSOLUTE =
      Pattern.compile("https?://([^/?#]*)(.*)", Pattern.CASE_INSENSITIVE);
  private static final Pattern METHOD = Pattern.compile("[A-Z][A-Z_-]{0,31}");

  /** Each is looked at whenever one is looked for. */
  private static final int MAX_FIELDS = 200;

  private Heads() {}

  /** Reads a request of HTTP/1.1 or 1.0. */
  static RequestHead ofHttp1(HttpRequest request, Peer peer) throws BadRequest {
    if (request.decoderResult().isFailure()) {
      throw undecoded(request.decoderResult().cause());
    }
    boolean modern = request.protocolVersion().equals(HttpVersion.HTTP_1_1);
    if (!modern && !request.protocolVersion().equals(HttpVersion.HTTP_1_0)) {
      throw new BadRequest(505, "a version we do not speak");
    }
    HttpFields fields = fields(request.headers());
    List<String> encodings = fields.all("Transfer-Encoding");
    if (!encodings.isEmpty()
        && (!modern
            || encodings.size() > 1
            || !encodings.get(0).equalsIgnoreCase("chunked")
            || fields.contains("Content-Length"))) {
      throw new BadRequest(400, "an ambiguous length");
    }
    if (fields.all("Content-Length").size() > 1) {
      throw new BadRequest(400, "two lengths");
    }
    String host = host(fields.all("Host"), modern);
    Optional<String> expected = fields.first("Expect");
    if (expected.isPresent() && !(modern && expected.get().equalsIgnoreCase("100-continue"))) {
      throw new BadRequest(417, "an expectation nobody can meet");
    }
    return head(
        request.method().name(),
        relative(request.uri(), host),
        host,
        fields,
        modern && request.method().equals(HttpMethod.GET) && isUpgrade(fields),
        peer);
  }

  /** Reads a request of HTTP/2. */
  static RequestHead ofHttp2(Http2Headers headers, Peer peer) throws BadRequest {
    String method = text(headers.method());
    String path = text(headers.path());
    String scheme = text(headers.scheme());
    if (method == null || path == null || scheme == null || path.isEmpty()) {
      throw new BadRequest(400, "a pseudo-header is missing");
    }
    List<Map.Entry<String, String>> plain = new ArrayList<>();
    StringBuilder cookie = new StringBuilder();
    for (Map.Entry<CharSequence, CharSequence> field : headers) {
      String name = field.getKey().toString();
      if (name.equals("cookie")) {
        cookie.append(cookie.isEmpty() ? "" : "; ").append(field.getValue());
      } else if (!name.startsWith(":")) {
        plain.add(Map.entry(name, field.getValue().toString()));
      }
    }
    if (!cookie.isEmpty()) {
      plain.add(Map.entry("cookie", cookie.toString()));
    }
    HttpFields fields = fields(plain);
    if (fields.contains("Transfer-Encoding")) {
      throw new BadRequest(400, "an encoding of transfer in HTTP/2");
    }
    String authority = text(headers.authority());
    List<String> hosts = fields.all("Host");
    String host = host(authority == null ? hosts : List.of(authority), true);
    if (!hosts.isEmpty() && (hosts.size() > 1 || !hosts.get(0).equalsIgnoreCase(host))) {
      throw new BadRequest(400, "two hosts");
    }
    CharSequence protocol = headers.get(Http2Headers.PseudoHeaderName.PROTOCOL.value());
    boolean connect = method.equals("CONNECT");
    boolean webSocket = connect && protocol != null && protocol.toString().equals("websocket");
    if (connect != (protocol != null) || (protocol != null && !webSocket)) {
      throw new BadRequest(400, "a tunnel to nowhere");
    }
    return head(method, path, host, fields, webSocket, peer);
  }

  private static RequestHead head(
      String method, String target, String host, HttpFields fields, boolean webSocket, Peer peer)
      throws BadRequest {
    if (!METHOD.matcher(method).matches() || (method.equals("CONNECT") && !webSocket)) {
      throw new BadRequest(400, "no method for a path");
    }
    if (!target.startsWith("/") && !target.equals("*")) {
      throw new BadRequest(400, "no path");
    }
    for (int i = 0; i < target.length(); i++) {
      char c = target.charAt(i);
      if (c <= 0x20 || c >= 0x7f || c == '#') {
        throw new BadRequest(400, "a path that has to be encoded");
      }
    }
    int question = target.indexOf('?');
    return new RequestHead(
        method,
        question < 0 ? target : target.substring(0, question),
        question < 0 ? Optional.empty() : Optional.of(target.substring(question + 1)),
        host,
        fields,
        webSocket,
        peer);
  }

  private static BadRequest undecoded(Throwable cause) {
    if (cause instanceof TooLongHttpLineException) {
      return new BadRequest(414, "a request line that is too long");
    }
    if (cause instanceof TooLongHttpHeaderException) {
      return new BadRequest(431, "a header that is too long");
    }
    return new BadRequest(400, "no request");
  }

  private static HttpFields fields(Iterable<Map.Entry<String, String>> headers) throws BadRequest {
    try {
      HttpFields fields = HttpFields.copyOf(headers);
      if (fields.size() > MAX_FIELDS) {
        throw new BadRequest(431, "too many fields");
      }
      return fields;
    } catch (IllegalArgumentException malformed) {
      throw new BadRequest(400, "a malformed field");
    }
  }

  /** Takes the scheme and host off an absolute target, which must be the ones of the request. */
  private static String relative(String target, String host) throws BadRequest {
    if (target.startsWith("/")) {
      return target;
    }
    Matcher absolute = ABSOLUTE.matcher(target);
    if (!absolute.matches()) {
      return target;
    }
    if (!absolute.group(1).equalsIgnoreCase(host)) {
      throw new BadRequest(400, "two hosts");
    }
    String rest = absolute.group(2);
    return rest.startsWith("/") ? rest : "/" + rest;
  }

  private static String host(List<String> values, boolean required) throws BadRequest {
    if (values.isEmpty() && !required) {
      return "";
    }
    if (values.size() != 1 || !HOST.matcher(values.get(0)).matches()) {
      throw new BadRequest(400, "not one host");
    }
    return values.get(0).toLowerCase(Locale.ROOT);
  }

  private static boolean isUpgrade(HttpFields fields) {
    return fields.contains("Upgrade")
        && lists(fields, "Upgrade", "websocket")
        && lists(fields, "Connection", "upgrade");
  }

  /** Whether a field that is a list has an entry (RFC 9110 section 5.6.1). */
  private static boolean lists(HttpFields fields, String name, String entry) {
    return fields.all(name).stream()
        .flatMap(value -> Arrays.stream(value.split(",", -1)))
        .anyMatch(one -> one.strip().equalsIgnoreCase(entry));
  }

  private static @Nullable String text(@Nullable CharSequence text) {
    return text == null ? null : text.toString();
  }
}
