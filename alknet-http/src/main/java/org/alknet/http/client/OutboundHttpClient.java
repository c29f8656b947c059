package org.alknet.http.client;

import java.net.http.HttpClient;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.alknet.http.client.ClientSetupException.Kind;

/**
 * The one client by which adapters reach other services: injected, never global, configured by
 * nothing but its configuration. Requests bring their own credentials, so one client serves all.
 *
 * <p>Only requests that may be made twice are made again, or those that were never sent; a service
 * that asks for a pause gets it; redirects are followed within their origin only.
 *
 * <p>Thread-safe.
 */
public final class OutboundHttpClient {
  private final Executor executor;
  private final RetryAfterTable retryAfter;
  private final Waits waits;
  private final Supplier<Instant> now;
  private volatile Current current;

  private OutboundHttpClient(
      HttpClientConfig config, Executor executor, Waits waits, Supplier<Instant> now)
      throws ClientSetupException {
    this.executor = Objects.requireNonNull(executor, "executor");
    this.waits = waits;
    this.now = now;
    this.retryAfter = new RetryAfterTable(now);
    this.current = build(config);
  }

  /**
   * Builds a client.
   *
   * @param executor runs what follows responses; stays the caller's
   * @throws ClientSetupException if a file cannot be used
   */
  public static OutboundHttpClient create(HttpClientConfig config, Executor executor)
      throws ClientSetupException {
    return new OutboundHttpClient(
        config,
        executor,
        time ->
            CompletableFuture.runAsync(
                () -> {},
                CompletableFuture.delayedExecutor(time.toNanos(), TimeUnit.NANOSECONDS, executor)),
        Instant::now);
  }

  /** Builds a client on a time of its own; for tests. */
  static OutboundHttpClient create(
      HttpClientConfig config, Executor executor, Waits waits, Supplier<Instant> now)
      throws ClientSetupException {
    return new OutboundHttpClient(config, executor, waits, now);
  }

  /**
   * Sends a request.
   *
   * @return the response, whatever its status; exceptionally with an {@link java.io.IOException} if
   *     there is none, a {@link RetryLaterException} if the service wants to be left alone for
   *     longer than the request can wait. Cancelling it closes the exchange
   */
  public CompletionStage<OutboundReply> send(OutboundRequest request) {
    CompletableFuture<Sending.Answer> sending = start(request, false);
    return cancelling(
        sending,
        answer -> new OutboundReply(answer.status(), answer.fields(), answer.content().whole()));
  }

  /**
   * Sends a request for server-sent events. It is made again as other requests are, but never once
   * events began to come.
   *
   * @param idle longest silence while events are awaited; none if empty
   * @return as {@link #send}, with the body of a 2xx event stream piece by piece
   */
  public CompletionStage<OutboundStream> open(OutboundRequest request, Optional<Duration> idle) {
    Objects.requireNonNull(idle, "idle");
    CompletableFuture<Sending.Answer> sending = start(request, true);
    return cancelling(
        sending,
        answer -> {
          Flow.Publisher<List<ByteBuffer>> pieces = answer.content().pieces();
          if (pieces == null) {
            return new OutboundStream.Whole(
                new OutboundReply(answer.status(), answer.fields(), answer.content().whole()));
          }
          return new OutboundStream.Events(
              answer.status(),
              answer.fields(),
              idle.isEmpty() ? pieces : new IdleLimit(pieces, idle.get(), waits));
        });
  }

  private CompletableFuture<Sending.Answer> start(OutboundRequest request, boolean events) {
    Current using = current;
    return new Sending(using.http, using.config, retryAfter, waits, now, request, events).start();
  }

  /** Returns what is made of an answer; cancelling it cancels the sending. */
  private static <T> CompletableFuture<T> cancelling(
      CompletableFuture<Sending.Answer> sending, Function<Sending.Answer, T> made) {
    CompletableFuture<T> result = new CompletableFuture<>();
    CompletableFuture<Void> unused =
        sending.handle(
            (answer, failure) -> {
              if (answer == null) {
                result.completeExceptionally(Objects.requireNonNull(failure));
              } else if (!result.complete(made.apply(answer))) {
                answer.content().discard();
              }
              return (Void) null;
            });
    Objects.requireNonNull(unused);
    CompletableFuture<T> watched =
        result.whenComplete(
            (value, failure) -> {
              if (result.isCancelled()) {
                sending.cancel(false);
              }
            });
    Objects.requireNonNull(watched);
    return result;
  }

  /**
   * Uses another configuration from now on; requests under way finish on the old one.
   *
   * @throws ClientSetupException if a file cannot be used; everything stays as it was
   */
  public void reload(HttpClientConfig config) throws ClientSetupException {
    current = build(config);
  }

  /** Returns the configuration in use. */
  public HttpClientConfig config() {
    return current.config;
  }

  /** Returns the client in use, to see it change. */
  HttpClient http() {
    return current.http;
  }

  private Current build(HttpClientConfig config) throws ClientSetupException {
    Objects.requireNonNull(config, "config");
    try {
      return new Current(
          HttpClient.newBuilder()
              .executor(executor)
              .sslContext(ClientTls.context(config))
              .followRedirects(HttpClient.Redirect.NEVER)
              .build(),
          config);
    } catch (java.io.UncheckedIOException unusable) {
      throw new ClientSetupException(Kind.BUILD, "the HTTP client cannot be built", unusable);
    }
  }

  private record Current(HttpClient http, HttpClientConfig config) {}
}
