package org.alknet.http.client;

import java.net.http.HttpClient;
import java.net.http.HttpTimeoutException;
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
import java.util.function.BiFunction;
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
  private final Alarm alarm;
  private final Places places = new Places();
  private final Supplier<Instant> now;
  private volatile Current current;

  private OutboundHttpClient(
      HttpClientConfig config, Executor executor, Waits waits, Supplier<Instant> now)
      throws ClientSetupException {
    this.executor = Objects.requireNonNull(executor, "executor");
    this.waits = waits;
    this.alarm = new Alarm(executor);
    this.now = now;
    this.retryAfter = new RetryAfterTable(now);
    this.current = build(config);
  }

  /**
   * Builds a client.
   *
   * @param executor runs what follows responses; stays the caller's. It takes every task until it
   *     is shut down: what bounds its queue is {@link HttpClientConfig#maxRequests}
   * @throws ClientSetupException if a file cannot be used
   */
  public static OutboundHttpClient create(HttpClientConfig config, Executor executor)
      throws ClientSetupException {
    return new OutboundHttpClient(config, executor, new Alarm(executor), Instant::now);
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
   *     there is none: a {@link java.net.http.HttpTimeoutException} if it was not there in time
   *     with all of its body, a {@link RetryLaterException} if the service wants to be left alone
   *     for longer than the request can wait, a {@link ClientBusyException} if too many are under
   *     way. Cancelling it closes the exchange
   */
  public CompletionStage<OutboundReply> send(OutboundRequest request) {
    return start(
        request,
        false,
        (answer, place) -> {
          place.leave();
          return new OutboundReply(answer.status(), answer.fields(), answer.content().whole());
        });
  }

  /**
   * Sends a request for server-sent events. It is made again as other requests are, but never once
   * events began to come; its time limit ends then as well.
   *
   * @param idle longest silence while events are awaited; none if empty
   * @return as {@link #send}, with the body of a 2xx event stream piece by piece
   */
  public CompletionStage<OutboundStream> open(OutboundRequest request, Optional<Duration> idle) {
    Objects.requireNonNull(idle, "idle");
    return start(
        request,
        true,
        (answer, place) -> {
          Flow.Publisher<List<ByteBuffer>> pieces = answer.content().pieces();
          if (pieces == null) {
            place.leave();
            return new OutboundStream.Whole(
                new OutboundReply(answer.status(), answer.fields(), answer.content().whole()));
          }
          Flow.Publisher<List<ByteBuffer>> counted = place.until(pieces);
          return new OutboundStream.Events(
              answer.status(),
              answer.fields(),
              idle.isEmpty() ? counted : new IdleLimit(counted, idle.get(), waits));
        });
  }

  /**
   * Lets time pass, for those who follow a service.
   *
   * @return completes on the client's executor; cancelling it ends the wait
   */
  public CompletableFuture<Void> pause(Duration time) {
    return alarm.pause(Objects.requireNonNull(time, "time"));
  }

  /** Sends, within the limits of number and time; cancelling the result cancels the sending. */
  private <T> CompletableFuture<T> start(
      OutboundRequest request, boolean events, BiFunction<Sending.Answer, Places.Place, T> made) {
    Current using = current;
    Optional<Places.Place> free = places.take(using.config.maxRequests());
    if (free.isEmpty()) {
      return CompletableFuture.failedFuture(new ClientBusyException(using.config.maxRequests()));
    }
    Places.Place place = free.get();
    CompletableFuture<Sending.Answer> sending;
    try {
      sending =
          new Sending(using.http, using.config, retryAfter, waits, now, request, events).start();
    } catch (RuntimeException unfit) {
      place.leave();
      throw unfit;
    }
    CompletableFuture<T> result = new CompletableFuture<>();
    CompletableFuture<Void> unused =
        sending.handle(
            (answer, failure) -> {
              if (answer == null) {
                place.leave();
                result.completeExceptionally(Objects.requireNonNull(failure));
              } else if (!result.complete(made.apply(answer, place))) {
                answer.content().discard();
                place.leave();
              }
              return (Void) null;
            });
    Objects.requireNonNull(unused);
    watch(request, sending, result);
    return result;
  }

  /** The JDK's time limit ends with the header of a response; this one covers the body as well. */
  private <T> void watch(
      OutboundRequest request,
      CompletableFuture<Sending.Answer> sending,
      CompletableFuture<T> result) {
    CompletableFuture<Void> late =
        request.timeLeft().map(alarm::pause).orElseGet(CompletableFuture::new);
    CompletableFuture<Void> rung =
        late.thenRun(
            () ->
                result.completeExceptionally(
                    new HttpTimeoutException("the answer was not there in time")));
    Objects.requireNonNull(rung);
    CompletableFuture<T> watched =
        result.whenComplete(
            (value, failure) -> {
              late.cancel(false);
              if (failure != null) {
                sending.cancel(false);
              }
            });
    Objects.requireNonNull(watched);
  }

  /** Returns how many requests are under way, those whose events still come included. */
  public int underWay() {
    return places.taken();
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
