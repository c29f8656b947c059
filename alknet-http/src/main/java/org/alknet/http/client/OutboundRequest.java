package org.alknet.http.client;

import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.alknet.http.server.HttpFields;

/**
 * A request to another service. No record, because its fields may hold a credential.
 *
 * <p>Immutable.
 */
public final class OutboundRequest {
  private static final Set<String> OF_THE_CLIENT =
      Set.of("connection", "content-length", "expect", "host", "upgrade", "transfer-encoding");
  private static final Set<String> REPEATABLE = Set.of("GET", "HEAD", "OPTIONS", "PUT", "DELETE");

  private final String method;
  private final URI uri;
  private final String template;
  private final HttpFields fields;
  private final byte[] body;
  private final Optional<Duration> timeLeft;

  /**
   * Describes a request.
   *
   * @param template the path with its parameters unfilled, to tell endpoints apart
   * @param body nobody changes these bytes any more
   * @param timeLeft bound of the whole, retries and waits included; none if empty
   * @throws IllegalArgumentException if the address is not http or https, or a field is the
   *     client's own
   */
  public OutboundRequest(
      String method,
      URI uri,
      String template,
      HttpFields fields,
      byte[] body,
      Optional<Duration> timeLeft) {
    this.method = Objects.requireNonNull(method, "method");
    this.uri = Objects.requireNonNull(uri, "uri");
    this.template = Objects.requireNonNull(template, "template");
    this.fields = Objects.requireNonNull(fields, "fields");
    this.body = Objects.requireNonNull(body, "body");
    this.timeLeft = Objects.requireNonNull(timeLeft, "timeLeft");
    if (uri.getHost() == null
        || !("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()))) {
      throw new IllegalArgumentException("a request goes to an http or https address");
    }
    fields.forEach(
        (name, value) -> {
          if (OF_THE_CLIENT.contains(name.toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException("this field is set by the client: " + name);
          }
        });
  }

  /** Returns a GET without fields and without a bound. */
  public static OutboundRequest get(URI uri) {
    return new OutboundRequest(
        "GET", uri, uri.getPath(), HttpFields.none(), new byte[0], Optional.empty());
  }

  String method() {
    return method;
  }

  URI uri() {
    return uri;
  }

  HttpFields fields() {
    return fields;
  }

  byte[] body() {
    return body;
  }

  Optional<Duration> timeLeft() {
    return timeLeft;
  }

  /** Returns under which name the service may ask us to wait. */
  String key() {
    return uri.getScheme() + "://" + uri.getAuthority() + " " + method + " " + template;
  }

  /** Whether making it twice is the same as making it once. */
  boolean isRepeatable() {
    return REPEATABLE.contains(method) || fields.contains("Idempotency-Key");
  }

  @Override
  public String toString() {
    return "OutboundRequest[" + key() + "]";
  }
}
