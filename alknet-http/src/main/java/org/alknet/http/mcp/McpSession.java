package org.alknet.http.mcp;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.alknet.core.credential.Capabilities;
import org.alknet.core.credential.Secret;
import org.alknet.http.client.OutboundHttpClient;
import org.alknet.http.client.OutboundRequest;
import org.alknet.http.internal.gateway.Json;
import org.alknet.http.server.HttpFields;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is known about a server: which era it is of, and the session it opened, if it did. Found out
 * with the first request and kept; a session the server forgot is opened once more.
 *
 * <p>Thread-safe. Nothing is called while the lock is held.
 */
final class McpSession implements AutoCloseable {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final Duration AFTERWARDS = Duration.ofSeconds(5);
  private static final String FALLBACK_CREDENTIAL = "mcp";
  private static final int MAX_SESSION_ID = 1024;

  private final McpServerConfig config;
  private final McpHttp http;
  private final AtomicLong ids = new AtomicLong();
  private final Object lock = new Object();

  @GuardedBy("lock")
  private @Nullable CompletableFuture<Peer> known;

  @GuardedBy("lock")
  private boolean closed;

  McpSession(McpServerConfig config, OutboundHttpClient client, Runnable toolsChanged) {
    this.config = Objects.requireNonNull(config, "config");
    this.http = new McpHttp(client, toolsChanged);
  }

  /** How the server is spoken to. */
  sealed interface Peer {
    /** Each request stands for itself. */
    record Modern() implements Peer {}

    /**
     * It was greeted first.
     *
     * @param version which revision it chose
     * @param session its name for the session, if it has one
     */
    record Legacy(String version, Optional<String> session) implements Peer {}
  }

  /** A time by which something has to be over. */
  private record Limit(long nanos) {
    static Limit in(Duration time) {
      return new Limit(System.nanoTime() + time.toNanos());
    }

    Duration left() throws McpFailure {
      Duration left = Duration.ofNanos(nanos - System.nanoTime());
      if (left.toMillis() < 1) {
        throw McpFailure.timeout();
      }
      return left;
    }
  }

  /** Returns how the server is spoken to, once that is known. */
  Optional<Peer> peer() {
    synchronized (lock) {
      return known == null || known.isCompletedExceptionally()
          ? Optional.empty()
          : Optional.ofNullable(known.getNow(null));
    }
  }

  /**
   * Makes a request.
   *
   * @param name of the tool it is about; empty if it is about none
   * @param more header fields, for servers without an initialize
   * @param time bound of the whole
   * @return the result; fails with an {@link McpFailure}. Cancelling it tells the server
   */
  CompletableFuture<JsonNode> request(
      String method,
      String name,
      ObjectNode params,
      HttpFields more,
      Capabilities credentials,
      Duration time) {
    Limit limit = Limit.in(time);
    Stepwise<JsonNode> steps = new Stepwise<>();
    Ask ask = new Ask(method, name, params, more, credentials, limit);
    attempt(steps, ask, true);
    return steps.result();
  }

  private record Ask(
      String method,
      String name,
      ObjectNode params,
      HttpFields more,
      Capabilities credentials,
      Limit limit) {}

  private void attempt(Stepwise<JsonNode> steps, Ask ask, boolean again) {
    CompletableFuture<Peer> peer = peer(ask.credentials(), ask.limit());
    // A copy, because others may wait for the same.
    steps.then(
        peer.copy(),
        found ->
            steps.then(
                exchange(found, ask),
                answer -> steps.done(complete(found, answer.result())),
                failure -> {
                  boolean forgotten =
                      found instanceof Peer.Legacy legacy
                          && legacy.session().isPresent()
                          && failure instanceof McpFailure failed
                          && failed.status() == 404;
                  if (forgotten && again) {
                    forget(peer);
                    attempt(steps, ask, false);
                  } else {
                    steps.fail(failure);
                  }
                }));
  }

  /** A result that is not the whole story cannot be passed on as one. */
  private static JsonNode complete(Peer peer, JsonNode result) throws McpFailure {
    String type = result.path("resultType").asString("complete");
    if (peer instanceof Peer.Modern && !type.equals("complete")) {
      throw McpFailure.broken(
          type.equals("input_required")
              ? "the server wants to ask somebody, and nobody is here"
              : "the server answered with a kind of result that is not known here");
    }
    return result;
  }

  // ---- finding out

  private CompletableFuture<Peer> peer(Capabilities credentials, Limit limit) {
    CompletableFuture<Peer> finding = new CompletableFuture<>();
    synchronized (lock) {
      if (closed) {
        return CompletableFuture.failedFuture(McpFailure.broken("this client was closed"));
      }
      if (known != null && !known.isCompletedExceptionally()) {
        return known;
      }
      known = finding;
    }
    Stepwise<Peer> steps = new Stepwise<>();
    probe(steps, credentials, limit, true);
    CompletableFuture<Void> unused =
        steps
            .result()
            .handle(
                (peer, failure) -> {
                  if (peer != null) {
                    finding.complete(peer);
                  } else {
                    finding.completeExceptionally(Stepwise.unwrap(Objects.requireNonNull(failure)));
                  }
                  return (Void) null;
                });
    Objects.requireNonNull(unused);
    return finding;
  }

  private void forget(CompletableFuture<Peer> old) {
    synchronized (lock) {
      if (known == old) {
        known = null;
      }
    }
  }

  /** Asks in the modern way first: what a legacy server makes of it is unmistakable. */
  private void probe(Stepwise<Peer> steps, Capabilities credentials, Limit limit, boolean again) {
    Ask ask =
        new Ask("server/discover", "", JSON.objectNode(), HttpFields.none(), credentials, limit);
    steps.then(
        exchange(new Peer.Modern(), ask),
        answer -> {
          JsonNode versions = answer.result().path("supportedVersions");
          if (names(versions, Revisions.MODERN)) {
            steps.done(new Peer.Modern());
          } else if (!versions.isArray()
              || Revisions.LEGACY.stream().anyMatch(version -> names(versions, version))) {
            // A server that answers whatever it is asked is no modern one.
            greet(steps, credentials, limit);
          } else {
            steps.fail(McpFailure.broken("the server speaks no revision that is known here"));
          }
        },
        failure -> {
          if (!(failure instanceof McpFailure failed)) {
            steps.fail(failure);
            return;
          }
          int code = failed.code().orElse(0);
          JsonNode versions =
              failed.data().map(data -> data.path("supported")).orElse(JSON.missingNode());
          if (code == RpcFailure.UNSUPPORTED_VERSION && names(versions, Revisions.MODERN)) {
            if (again) {
              probe(steps, credentials, limit, false);
            } else {
              steps.fail(failed);
            }
          } else if (isLegacy(failed, code)) {
            greet(steps, credentials, limit);
          } else {
            steps.fail(failed);
          }
        });
  }

  /** Whether a server that answers like this may know a greeting. */
  private static boolean isLegacy(McpFailure failure, int code) {
    boolean modern = code == RpcFailure.HEADER_MISMATCH || code == RpcFailure.MISSING_CAPABILITY;
    boolean refused = failure.status() == 401 || failure.status() == 403;
    return !modern
        && !refused
        && (failure.kind() == McpFailure.Kind.RPC || failure.status() / 100 == 4);
  }

  private static boolean names(JsonNode versions, String version) {
    for (JsonNode one : versions) {
      if (one.asString("").equals(version)) {
        return true;
      }
    }
    return false;
  }

  private void greet(Stepwise<Peer> steps, Capabilities credentials, Limit limit) {
    ObjectNode params = JSON.objectNode().put("protocolVersion", Revisions.LATEST_LEGACY);
    params.putObject("capabilities");
    params.set("clientInfo", clientInfo());
    Ask ask = new Ask("initialize", "", params, HttpFields.none(), credentials, limit);
    steps.then(
        exchange(new Peer.Legacy("", Optional.empty()), ask),
        answer -> {
          String version = answer.result().path("protocolVersion").asString("");
          if (!Revisions.LEGACY.contains(version)) {
            throw McpFailure.broken("the server chose a revision that is not known here");
          }
          Peer.Legacy peer =
              new Peer.Legacy(version, answer.fields().first(Revisions.SESSION_FIELD));
          if (peer.session().filter(McpSession::isNoSessionId).isPresent()) {
            throw McpFailure.broken("the server named its session in a way that is not allowed");
          }
          steps.then(
              notify(peer, "notifications/initialized", JSON.objectNode(), credentials, limit),
              status -> {
                if (status / 100 != 2) {
                  throw McpFailure.status(status);
                }
                steps.done(peer);
              });
        });
  }

  private static boolean isNoSessionId(String id) {
    return id.isEmpty()
        || id.length() > MAX_SESSION_ID
        || !id.chars().allMatch(c -> c > 0x20 && c < 0x7f);
  }

  private static ObjectNode clientInfo() {
    return JSON.objectNode().put("name", "alknet-from-mcp").put("version", ModuleVersion.VALUE);
  }

  // ---- one message

  private CompletableFuture<McpHttp.Answer> exchange(Peer peer, Ask ask) {
    long id = ids.incrementAndGet();
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
    CompletableFuture<McpHttp.Answer> answer;
    try {
      answer = http.request(post(peer, fields, message, ask.credentials(), ask.limit().left()), id);
    } catch (McpFailure failure) {
      return CompletableFuture.failedFuture(failure);
    }
    if (peer instanceof Peer.Legacy legacy && !legacy.version().isEmpty()) {
      tellOfTheEnd(answer, legacy, id, ask.credentials());
    }
    return answer;
  }

  /** A server with sessions does not take a closed connection for a word (2025-11-25). */
  private void tellOfTheEnd(
      CompletableFuture<McpHttp.Answer> answer,
      Peer.Legacy peer,
      long id,
      Capabilities credentials) {
    CompletableFuture<McpHttp.Answer> watched =
        answer.whenComplete(
            (value, failure) -> {
              boolean late =
                  failure instanceof McpFailure failed && failed.kind() == McpFailure.Kind.TIMEOUT;
              if (answer.isCancelled() || late) {
                ObjectNode params = JSON.objectNode().put("requestId", id);
                CompletableFuture<Integer> told =
                    notify(
                        peer, "notifications/cancelled", params, credentials, Limit.in(AFTERWARDS));
                Objects.requireNonNull(told);
              }
            });
    Objects.requireNonNull(watched);
  }

  private CompletableFuture<Integer> notify(
      Peer peer, String method, ObjectNode params, Capabilities credentials, Limit limit) {
    ObjectNode message = JSON.objectNode().put("jsonrpc", "2.0").put("method", method);
    message.set("params", params);
    try {
      return http.notification(post(peer, HttpFields.none(), message, credentials, limit.left()));
    } catch (McpFailure failure) {
      return CompletableFuture.failedFuture(failure);
    }
  }

  private OutboundRequest post(
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

  // ---- the end

  /** Says goodbye to a server that opened a session, with these credentials; does not wait. */
  void close(Capabilities credentials) {
    Optional<Peer> peer;
    synchronized (lock) {
      if (closed) {
        return;
      }
      peer = known == null ? Optional.empty() : Optional.ofNullable(settled(known));
      closed = true;
    }
    if (peer.isPresent() && peer.get() instanceof Peer.Legacy legacy) {
      if (legacy.session().isPresent()) {
        try {
          CompletableFuture<Integer> unused =
              http.notification(
                  request(
                      "DELETE",
                      session(legacy).and(authorization(credentials)),
                      new byte[0],
                      AFTERWARDS));
          Objects.requireNonNull(unused);
        } catch (McpFailure withoutCredential) {
          return; // the server ends the session by itself one day
        }
      }
    }
  }

  private static @Nullable Peer settled(CompletableFuture<Peer> future) {
    return future.isCompletedExceptionally() ? null : future.getNow(null);
  }

  @Override
  public void close() {
    close(Capabilities.empty());
  }
}
