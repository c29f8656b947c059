package org.alknet.http.openapi;

import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import javax.net.ssl.SSLException;
import org.alknet.call.operation.CallError;
import org.alknet.call.operation.CallResult;
import org.alknet.http.client.ClientBusyException;
import org.alknet.http.client.OutboundReply;
import org.alknet.http.client.ResponseTooLongException;
import org.alknet.http.client.RetryLaterException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What an answer of a service means to a caller (spec/http.md section 11.5): the one place that
 * turns statuses and failures of exchanges into results.
 */
final class Answers {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final String FAILED = "HTTP request failed";
  private static final Set<Integer> RETRYABLE = Set.of(408, 425, 429, 502, 503, 504);
  private static final int MAX_TEXT = 8 << 10;
  private static final int MAX_RETRY_AFTER = 64;

  private static final Map<Integer, String> REASONS =
      Map.ofEntries(
          Map.entry(300, "Multiple Choices"),
          Map.entry(301, "Moved Permanently"),
          Map.entry(302, "Found"),
          Map.entry(303, "See Other"),
          Map.entry(304, "Not Modified"),
          Map.entry(307, "Temporary Redirect"),
          Map.entry(308, "Permanent Redirect"),
          Map.entry(400, "Bad Request"),
          Map.entry(401, "Unauthorized"),
          Map.entry(402, "Payment Required"),
          Map.entry(403, "Forbidden"),
          Map.entry(404, "Not Found"),
          Map.entry(405, "Method Not Allowed"),
          Map.entry(406, "Not Acceptable"),
          Map.entry(408, "Request Timeout"),
          Map.entry(409, "Conflict"),
          Map.entry(410, "Gone"),
          Map.entry(412, "Precondition Failed"),
          Map.entry(413, "Content Too Large"),
          Map.entry(415, "Unsupported Media Type"),
          Map.entry(422, "Unprocessable Content"),
          Map.entry(425, "Too Early"),
          Map.entry(429, "Too Many Requests"),
          Map.entry(500, "Internal Server Error"),
          Map.entry(501, "Not Implemented"),
          Map.entry(502, "Bad Gateway"),
          Map.entry(503, "Service Unavailable"),
          Map.entry(504, "Gateway Timeout"));

  private Answers() {}

  /** Returns the code of an error with a status. */
  static String code(int status) {
    return "HTTP_" + status;
  }

  /** Returns what came. */
  static CallResult of(OutboundReply reply) {
    if (reply.status() / 100 != 2) {
      return new CallResult.Err(error(reply));
    }
    byte[] body = reply.body();
    String type = reply.fields().first("Content-Type").orElse("");
    if (body.length == 0) {
      return new CallResult.Ok(NODES.nullNode());
    }
    if (Media.isJson(type)) {
      Optional<JsonNode> value = Json.value(text(body, ""));
      return value.isPresent()
          ? new CallResult.Ok(value.get())
          : new CallResult.Err(
              CallError.internal("the service says it sent JSON, and that is none"));
    }
    return new CallResult.Ok(
        NODES.stringNode(
            Media.isText(type) ? text(body, type) : Base64.getEncoder().encodeToString(body)));
  }

  private static CallError error(OutboundReply reply) {
    int status = reply.status();
    String reason = REASONS.getOrDefault(status, "");
    return new CallError(
        code(status),
        reason.isEmpty() ? "HTTP " + status : "HTTP " + status + ": " + reason,
        RETRYABLE.contains(status),
        details(reply));
  }

  private static Optional<JsonNode> details(OutboundReply reply) {
    Optional<JsonNode> wait = reply.fields().first("Retry-After").map(Answers::wait);
    byte[] bytes = reply.body();
    String type = reply.fields().first("Content-Type").orElse("");
    Optional<JsonNode> json = Media.isJson(type) ? Json.value(text(bytes, "")) : Optional.empty();
    if (json.isPresent() && (json.get() instanceof ObjectNode || wait.isEmpty())) {
      if (json.get() instanceof ObjectNode object
          && wait.isPresent()
          && !object.has("retry_after")) {
        object.set("retry_after", wait.get());
      }
      return json;
    }
    ObjectNode details = NODES.objectNode();
    if (json.isPresent()) {
      details.set("body", json.get());
    } else if (bytes.length > 0 && (Media.isText(type) || Media.isJson(type))) {
      String text = text(bytes, type);
      details.put("body", text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) + "…" : text);
    }
    wait.ifPresent(value -> details.set("retry_after", value));
    return details.isEmpty() ? Optional.empty() : Optional.of(details);
  }

  private static JsonNode wait(String field) {
    String text = field.strip();
    return text.matches("[0-9]{1,9}")
        ? NODES.numberNode(Integer.parseInt(text))
        : NODES.stringNode(text.substring(0, Math.min(text.length(), MAX_RETRY_AFTER)));
  }

  /** Returns why there is no answer; never the text of a library, which may quote the service. */
  static CallError failure(Throwable thrown) {
    Throwable failure =
        thrown instanceof CompletionException && thrown.getCause() != null
            ? thrown.getCause()
            : thrown;
    if (failure instanceof RetryLaterException later) {
      // Rounded up: a second too early would be refused again.
      long seconds = later.retryAfter().plusMillis(999).toSeconds();
      return CallError.of(
          code(429),
          String.valueOf(later.getMessage()),
          true,
          NODES.objectNode().put("retry_after", Math.max(1, seconds)));
    }
    if (failure instanceof HttpTimeoutException) {
      return CallError.timeout();
    }
    if (failure instanceof ConnectException
        || failure instanceof UnknownHostException
        || failure instanceof UnresolvedAddressException) {
      return CallError.of(CallError.INTERNAL, FAILED + ": the service cannot be reached", true);
    }
    if (failure instanceof ClientBusyException busy) {
      return CallError.of(CallError.INTERNAL, FAILED + ": " + busy.getMessage(), true);
    }
    if (failure instanceof ResponseTooLongException tooLong) {
      return CallError.internal(FAILED + ": " + tooLong.getMessage());
    }
    return CallError.internal(
        failure instanceof SSLException
            ? FAILED + ": no secure connection"
            : FAILED + ": the exchange broke off");
  }

  private static String text(byte[] bytes, String contentType) {
    return new String(bytes, charset(contentType));
  }

  private static Charset charset(String contentType) {
    for (String part : contentType.split(";", -1)) {
      String parameter = part.strip().toLowerCase(Locale.ROOT);
      if (parameter.startsWith("charset=")) {
        try {
          return Charset.forName(parameter.substring(8).replace("\"", ""));
        } catch (IllegalCharsetNameException | UnsupportedCharsetException unknown) {
          return StandardCharsets.UTF_8;
        }
      }
    }
    return StandardCharsets.UTF_8;
  }
}
