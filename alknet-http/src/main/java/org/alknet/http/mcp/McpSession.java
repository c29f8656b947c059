package org.alknet.http.mcp;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.alknet.core.credential.Capabilities;
import org.alknet.http.client.OutboundHttpClient;
import org.alknet.http.client.OutboundRequest;
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

  /** What servers made with the reference kit say who were never greeted. */
  private static final int NO_SESSION = -32_000;

  private static final String LIST_CHANGED = "notifications/tools/list_changed";

  private final McpRequests requests;
  private final McpHttp http;
  private final Runnable toolsChanged;
  private final AtomicLong ids = new AtomicLong();
  private final Object lock = new Object();

  @GuardedBy("lock")
  private @Nullable CompletableFuture<Peer> known;

  @GuardedBy("lock")
  private boolean closed;

  /**
   * Speaks to a server through a client.
   *
   * @param toolsChanged told when the server says so, whatever it was asked; returns at once
   */
  McpSession(McpServerConfig config, OutboundHttpClient client, Runnable toolsChanged) {
    this.requests = new McpRequests(config);
    this.http = new McpHttp(client);
    this.toolsChanged = Objects.requireNonNull(toolsChanged, "toolsChanged");
  }

  /** Returns how the server is spoken to, once that is known. */
  Optional<Peer> peer() {
    synchronized (lock) {
      return Optional.ofNullable(known).map(McpSession::settled);
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
    Stepwise<JsonNode> steps = new Stepwise<>();
    attempt(steps, new Ask(method, name, params, more, credentials, Ask.Limit.in(time)), true);
    return steps.result();
  }

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
                  if (isForgotten(found, failure) && again) {
                    forget(peer);
                    attempt(steps, ask, false);
                  } else {
                    steps.fail(failure);
                  }
                }));
  }

  /**
   * Whether the server no longer knows the session it opened. It says so with 404; widespread ones
   * say 400 after a restart, with a code of their own or without a message.
   */
  private static boolean isForgotten(Peer peer, Throwable failure) {
    if (!(peer instanceof Peer.Legacy legacy)
        || legacy.session().isEmpty()
        || !(failure instanceof McpFailure failed)) {
      return false;
    }
    return failed.status() == 404
        || (failed.status() == 400 && failed.code().orElse(NO_SESSION) == NO_SESSION);
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

  /**
   * Opens the stream on which the server tells of changes, in the way of its era.
   *
   * @param time bound until it opens
   * @param taker gets its messages, but for questions, which are answered here
   * @return what closes it; fails with an {@link McpFailure}. Cancelling it closes what opens late
   */
  CompletableFuture<MessageEvents> listen(
      Capabilities credentials,
      Duration time,
      MessageEvents.Bounds bounds,
      Optional<Duration> idle,
      NewsTaker taker) {
    Ask.Limit limit = Ask.Limit.in(time);
    CompletableFuture<Peer> peer = peer(credentials, limit);
    Stepwise<MessageEvents> steps = new Stepwise<>();
    steps.then(
        peer.copy(),
        found -> {
          long id = ids.incrementAndGet();
          OutboundRequest request;
          if (found instanceof Peer.Modern) {
            ObjectNode params = JSON.objectNode();
            params.putObject("notifications").put("toolsListChanged", true);
            request =
                requests.ask(
                    found, Ask.plain("subscriptions/listen", params, credentials, limit), id);
          } else {
            request = requests.get(found, credentials, limit.left());
          }
          steps.then(
              http.listen(
                  request,
                  idle,
                  bounds,
                  new NewsTaker.OfEra(
                      taker, found, id, question -> answer(found, question, credentials))),
              reading -> {
                if (!steps.result().complete(reading)) {
                  reading.cancel();
                }
              },
              failure -> {
                if (isForgotten(found, failure)) {
                  forget(peer);
                }
                steps.fail(failure);
              });
        });
    return steps.result();
  }

  // ---- finding out

  private CompletableFuture<Peer> peer(Capabilities credentials, Ask.Limit limit) {
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
    CompletableFuture<Void> unused =
        new EraProbe(wire(), credentials, limit)
            .start()
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

  private EraProbe.Wire wire() {
    return new EraProbe.Wire() {
      @Override
      public CompletableFuture<McpHttp.Answer> exchange(Peer peer, Ask ask) {
        return McpSession.this.exchange(peer, ask);
      }

      @Override
      public CompletableFuture<Integer> notify(
          Peer peer, String method, ObjectNode params, Capabilities credentials, Ask.Limit limit) {
        return McpSession.this.notify(peer, method, params, credentials, limit);
      }
    };
  }

  private void forget(CompletableFuture<Peer> old) {
    synchronized (lock) {
      if (known == old) {
        known = null;
      }
    }
  }

  // ---- one message

  private CompletableFuture<McpHttp.Answer> exchange(Peer peer, Ask ask) {
    long id = ids.incrementAndGet();
    CompletableFuture<McpHttp.Answer> answer;
    try {
      answer =
          http.request(
              requests.ask(peer, ask, id),
              id,
              ask.limit().left(),
              message -> heard(peer, message, ask.credentials()));
    } catch (McpFailure failure) {
      return CompletableFuture.failedFuture(failure);
    }
    if (peer instanceof Peer.Legacy legacy && !legacy.version().isEmpty()) {
      tellOfTheEnd(answer, legacy, id, ask.credentials());
    }
    return answer;
  }

  private void heard(Peer peer, ServerMessage message, Capabilities credentials) {
    if (message instanceof ServerMessage.Question question) {
      answer(peer, question, credentials);
    } else if (message instanceof ServerMessage.News news && news.method().equals(LIST_CHANGED)) {
      toolsChanged.run();
    }
  }

  /**
   * Answers a question of the server. Only servers with an initialize may ask any, and only whether
   * we are there: nobody is here to choose, to confirm or to complete a text. A client of the later
   * revision must not answer at all.
   */
  private void answer(Peer peer, ServerMessage.Question question, Capabilities credentials) {
    if (!(peer instanceof Peer.Legacy legacy) || legacy.version().isEmpty()) {
      return;
    }
    ObjectNode message = JSON.objectNode().put("jsonrpc", "2.0");
    message.set("id", question.id());
    if (question.method().equals("ping")) {
      message.putObject("result");
    } else {
      message
          .putObject("error")
          .put("code", RpcFailure.UNKNOWN_METHOD)
          .put("message", "this client offers no such method");
    }
    send(peer, message, credentials);
  }

  /** Sends what is not waited for: a server that does not get it has to do without. */
  private void send(Peer peer, ObjectNode message, Capabilities credentials) {
    try {
      CompletableFuture<Integer> unused =
          http.notification(
              requests.post(peer, HttpFields.none(), message, credentials, AFTERWARDS));
      Objects.requireNonNull(unused);
    } catch (McpFailure withoutCredential) {
      return; // it was just taken away
    }
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
                ObjectNode message =
                    notification("notifications/cancelled", JSON.objectNode().put("requestId", id));
                send(peer, message, credentials);
              }
            });
    Objects.requireNonNull(watched);
  }

  private static ObjectNode notification(String method, ObjectNode params) {
    ObjectNode message = JSON.objectNode().put("jsonrpc", "2.0").put("method", method);
    message.set("params", params);
    return message;
  }

  private CompletableFuture<Integer> notify(
      Peer peer, String method, ObjectNode params, Capabilities credentials, Ask.Limit limit) {
    try {
      return http.notification(
          requests.post(
              peer, HttpFields.none(), notification(method, params), credentials, limit.left()));
    } catch (McpFailure failure) {
      return CompletableFuture.failedFuture(failure);
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
      peer = Optional.ofNullable(known).map(McpSession::settled);
      closed = true;
    }
    if (peer.isPresent()
        && peer.get() instanceof Peer.Legacy legacy
        && legacy.session().isPresent()) {
      try {
        CompletableFuture<Integer> unused =
            http.notification(requests.delete(legacy, credentials, AFTERWARDS));
        Objects.requireNonNull(unused);
      } catch (McpFailure withoutCredential) {
        return; // the server ends the session by itself one day
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
