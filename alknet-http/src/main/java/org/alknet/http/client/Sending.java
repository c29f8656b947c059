package org.alknet.http.client;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLHandshakeException;
import org.alknet.http.server.HttpFields;
import org.jspecify.annotations.Nullable;

/**
 * One request with its retries, waits and redirects, on the client it started on.
 *
 * <p>Thread-safe: one step follows the other. Cancelling the reply cancels the step under way.
 */
final class Sending {
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);
  private static final int MAX_REDIRECTS = 5;

  private final HttpClient http;
  private final HttpClientConfig config;
  private final RetryAfterTable retryAfter;
  private final Waits waits;
  private final Supplier<Instant> now;
  private final OutboundRequest request;
  private final Optional<Instant> deadline;
  private final boolean events;
  private final CompletableFuture<Answer> reply = new CompletableFuture<>();
  private volatile CompletableFuture<?> step = new CompletableFuture<>();

  Sending(
      HttpClient http,
      HttpClientConfig config,
      RetryAfterTable retryAfter,
      Waits waits,
      Supplier<Instant> now,
      OutboundRequest request,
      boolean events) {
    this.http = http;
    this.config = config;
    this.retryAfter = retryAfter;
    this.waits = waits;
    this.now = now;
    this.request = request;
    this.events = events;
    this.deadline = request.timeLeft().map(time -> now.get().plus(time));
  }

  /** An answer whose body is there, or comes piece by piece. */
  record Answer(int status, HttpFields fields, Content content) {}

  CompletableFuture<Answer> start() {
    CompletableFuture<Answer> watched =
        reply.whenComplete(
            (value, failure) -> {
              if (reply.isCancelled()) {
                step.cancel(true);
              }
            });
    Objects.requireNonNull(watched);
    attempt(0);
    return reply;
  }

  private void attempt(int retry) {
    Optional<Duration> asked = retryAfter.left(request.key());
    if (asked.isEmpty()) {
      send(request.uri(), 0, retry);
      return;
    }
    if (asked.get().compareTo(longestWait()) > 0) {
      reply.completeExceptionally(new RetryLaterException(asked.get()));
      return;
    }
    then(
        waits.pause(asked.get()),
        (nothing, failure) -> {
          if (failure == null) {
            send(request.uri(), 0, retry);
          } else {
            reply.completeExceptionally(failure);
          }
        });
  }

  private void send(URI uri, int redirects, int retry) {
    HttpRequest next;
    try {
      next = build(uri);
    } catch (HttpTimeoutException late) {
      reply.completeExceptionally(late);
      return;
    }
    CappedBody body = new CappedBody(config.maxResponseBytes());
    then(
        http.sendAsync(
            next,
            info ->
                events && sendsEvents(info)
                    ? BodySubscribers.mapping(BodySubscribers.ofPublisher(), Content::pieces)
                    : BodySubscribers.mapping(body, Content::whole)),
        (response, failure) -> {
          if (response == null) {
            failed(body.cause(unwrap(Objects.requireNonNull(failure))), retry);
          } else {
            answered(uri, response, redirects, retry);
          }
        });
  }

  private static boolean sendsEvents(HttpResponse.ResponseInfo info) {
    return info.statusCode() / 100 == 2
        && info.headers()
            .firstValue("Content-Type")
            .filter(type -> type.toLowerCase(Locale.ROOT).startsWith("text/event-stream"))
            .isPresent();
  }

  private HttpRequest build(URI uri) throws HttpTimeoutException {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(uri)
            .method(
                request.method(),
                request.body().length == 0
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofByteArray(request.body()));
    if ("http".equals(uri.getScheme())) {
      builder.version(HttpClient.Version.HTTP_1_1); // no upgrade header on the first request
    }
    request.fields().forEach(builder::header);
    Optional<Duration> limit = left();
    if (limit.isPresent() && (limit.get().isNegative() || limit.get().isZero())) {
      throw new HttpTimeoutException("no time is left for another attempt");
    }
    Optional<Duration> own = config.requestTimeout();
    if (own.isPresent() && (limit.isEmpty() || own.get().compareTo(limit.get()) < 0)) {
      limit = own;
    }
    limit.ifPresent(builder::timeout);
    return builder.build();
  }

  private void answered(URI uri, HttpResponse<Content> response, int redirects, int retry) {
    int status = response.statusCode();
    Optional<String> wait = response.headers().firstValue("Retry-After");
    retryAfter.note(request.key(), status, wait);
    Optional<URI> target = redirect(uri, response);
    if (target.isPresent() && redirects < MAX_REDIRECTS) {
      send(target.get(), redirects + 1, retry);
      return;
    }
    boolean transientFailure = status >= 500 || status == 408 || status == 429;
    // A pause that is too long would only replace this answer by one that says less.
    boolean worthIt =
        retryAfter
            .left(request.key())
            .filter(pause -> pause.compareTo(longestWait()) > 0)
            .isEmpty();
    if (transientFailure && worthIt && request.isRepeatable() && retry(retry)) {
      return;
    }
    Content content = response.body();
    if (!reply.complete(new Answer(status, fields(response.headers().map()), content))) {
      content.discard();
    }
  }

  /** Where a response sends us, if it is safe to go: a foreign origin must not see our fields. */
  private Optional<URI> redirect(URI uri, HttpResponse<Content> response) {
    boolean reading = request.method().equals("GET") || request.method().equals("HEAD");
    int status = response.statusCode();
    if (!reading
        || !(status == 301 || status == 302 || status == 303 || status == 307 || status == 308)) {
      return Optional.empty();
    }
    try {
      return response
          .headers()
          .firstValue("Location")
          .map(uri::resolve)
          .filter(
              to ->
                  uri.getScheme().equals(to.getScheme())
                      && uri.getRawAuthority().equals(to.getRawAuthority()));
    } catch (IllegalArgumentException malformed) {
      return Optional.empty();
    }
  }

  private void failed(Throwable failure, int retry) {
    boolean neverSent =
        failure instanceof ConnectException
            || failure instanceof HttpConnectTimeoutException
            || failure instanceof SSLHandshakeException;
    boolean mayTryAgain =
        failure instanceof IOException
            && !(failure instanceof ResponseTooLongException)
            && (neverSent || request.isRepeatable());
    if (!mayTryAgain || !retry(retry)) {
      reply.completeExceptionally(failure);
    }
  }

  /** Tries again later, if that is allowed and there is time. */
  private boolean retry(int retry) {
    if (retry >= config.retries().retries()) {
      return false;
    }
    Duration wait = config.retries().wait(retry, RandomGenerator.getDefault());
    if (left().filter(time -> time.compareTo(wait) <= 0).isPresent()) {
      return false;
    }
    then(
        waits.pause(wait),
        (nothing, failure) -> {
          if (failure == null) {
            attempt(retry + 1);
          } else {
            reply.completeExceptionally(failure);
          }
        });
    return true;
  }

  private Duration longestWait() {
    return left().filter(time -> time.compareTo(LONGEST_WAIT) < 0).orElse(LONGEST_WAIT);
  }

  private Optional<Duration> left() {
    return deadline.map(end -> Duration.between(now.get(), end));
  }

  private <T> void then(CompletableFuture<T> next, Then<T> action) {
    step = next;
    if (reply.isDone()) {
      next.cancel(true);
    }
    CompletableFuture<Void> unused =
        next.handle(
            (value, failure) -> {
              if (!reply.isDone()) {
                try {
                  action.accept(value, failure);
                } catch (RuntimeException bug) {
                  reply.completeExceptionally(bug); // or whoever waits would wait for ever
                }
              } else if (value instanceof HttpResponse<?> late
                  && late.body() instanceof Content content) {
                content.discard();
              }
              return (Void) null;
            });
    Objects.requireNonNull(unused);
  }

  private static HttpFields fields(Map<String, List<String>> headers) {
    List<Map.Entry<String, String>> plain = new ArrayList<>();
    headers.forEach(
        (name, values) -> {
          if (!name.startsWith(":")) {
            values.forEach(value -> plain.add(Map.entry(name, value)));
          }
        });
    return HttpFields.copyOf(plain);
  }

  private static Throwable unwrap(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  /** What follows a step. */
  @FunctionalInterface
  private interface Then<T> {
    void accept(@Nullable T value, @Nullable Throwable failure);
  }
}
