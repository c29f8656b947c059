package org.alknet.http.openapi;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.registry.OperationRegistry;
import org.alknet.http.server.HttpExchange;
import org.alknet.http.server.HttpFields;
import org.alknet.http.server.HttpReply;
import org.alknet.http.server.HttpRouteHandler;

/**
 * Answers {@code GET /openapi.json} (spec/http.md section 8.2): the document as the caller may see
 * it, with an {@code ETag} of its bytes. Callers with the same rights share one document.
 *
 * <p>Thread-safe.
 */
public final class OpenApiEndpoint implements HttpRouteHandler {
  /** Where the document is. */
  public static final String PATH = "/openapi.json";

  private static final int MAX_KEPT = 16;

  private final OperationRegistry registry;
  private final OpenApiVersion version;
  private final Object lock = new Object();

  @GuardedBy("lock")
  private final Map<List<String>, Written> kept = new LinkedHashMap<>(MAX_KEPT, 0.75f, true);

  /** A document in bytes. */
  private static final class Written {
    private final byte[] bytes;
    private final String tag;

    Written(byte[] bytes, String tag) {
      this.bytes = bytes;
      this.tag = tag;
    }
  }

  /** Describes the gateway of a registry. */
  public OpenApiEndpoint(OperationRegistry registry, OpenApiVersion version) {
    this.registry = Objects.requireNonNull(registry, "registry");
    this.version = Objects.requireNonNull(version, "version");
  }

  @Override
  public CompletionStage<HttpReply> handle(HttpExchange exchange) {
    Written written = written(OperationErrors.relevant(registry, exchange.identity()));
    HttpFields fields =
        HttpFields.of("ETag", written.tag)
            .with("Cache-Control", "no-cache")
            .with("Vary", "Authorization")
            .with("X-Content-Type-Options", "nosniff");
    return CompletableFuture.completedFuture(
        isKnown(exchange, written.tag)
            ? HttpReply.empty(304).with(fields)
            : HttpReply.bytes(200, fields.with("Content-Type", Media.JSON), written.bytes));
  }

  private static boolean isKnown(HttpExchange exchange, String tag) {
    for (String field : exchange.fields().all("If-None-Match")) {
      for (String one : field.split(",", -1)) {
        String known = one.strip();
        if (known.equals("*") || known.equals(tag) || known.equals("W/" + tag)) {
          return true;
        }
      }
    }
    return false;
  }

  private Written written(List<OperationSpec> admitted) {
    List<String> rights = admitted.stream().map(OperationSpec::name).toList();
    synchronized (lock) {
      Written known = kept.get(rights);
      if (known != null) {
        return known;
      }
    }
    byte[] bytes = Json.write(ToOpenApi.of(OperationErrors.of(admitted), version).json());
    Written made = new Written(bytes, tag(bytes));
    synchronized (lock) {
      kept.put(rights, made);
      if (kept.size() > MAX_KEPT) {
        kept.remove(kept.keySet().iterator().next());
      }
    }
    return made;
  }

  private static String tag(byte[] bytes) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return "\"" + HexFormat.of().formatHex(digest, 0, 16) + "\"";
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JDK has SHA-256", impossible);
    }
  }
}
