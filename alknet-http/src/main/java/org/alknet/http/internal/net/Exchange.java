package org.alknet.http.internal.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.alknet.core.identity.Identity;
import org.alknet.core.observe.LogLine;
import org.alknet.http.internal.site.Caller;
import org.alknet.http.internal.site.Pages;
import org.alknet.http.internal.site.RequestHead;
import org.alknet.http.internal.site.Verdict;
import org.alknet.http.server.HttpExchange;
import org.alknet.http.server.HttpFields;
import org.alknet.http.server.HttpReply;
import org.jspecify.annotations.Nullable;

/**
 * One request and its reply, the same for every framing: collects the body within its bounds, has
 * somebody answer, sends the answer, and tells whoever works for it when the client is gone.
 *
 * <p>Confined to its event loop, but for what handlers see of it.
 */
final class Exchange implements HttpExchange {
  private static final Logger LOG = System.getLogger(Exchange.class.getName());

  /** A body up to this size is parsed where it arrived; a longer one would hold up others. */
  private static final int QUICK_BYTES = 16 * 1024;

  private static final byte[] NOTHING = new byte[0];

  /** Where the exchange stands. */
  private enum State {
    /** The body is coming. */
    RECEIVING,
    /** Somebody works on the reply. */
    WORKING,
    /** The reply is being sent. */
    REPLYING,
    /** All is said, or nobody listens. */
    OVER
  }

  private final Face face;
  private final EventExecutor loop;
  private final RequestHead head;
  private final Verdict verdict;
  private final Caller caller;
  private final ReplySink sink;
  private final CompletableFuture<Void> gone = new CompletableFuture<>();
  private final long started = System.nanoTime();

  private State state = State.RECEIVING;
  private volatile byte[] body = NOTHING;
  private int length;
  private long held;
  private long lastProgress = started;
  private int status;
  private String requestId = "";
  private @Nullable Future<?> bodyTimer;
  private @Nullable BodyPump pump;

  Exchange(Face face, EventExecutor loop, RequestHead head, Verdict verdict, ReplySink sink) {
    this.face = face;
    this.loop = loop;
    this.head = head;
    this.verdict = verdict;
    this.caller = verdict.caller();
    this.sink = sink;
  }

  // ---- the request

  /**
   * Starts.
   *
   * @param announced length of the body, if it was announced; otherwise negative
   */
  void start(long announced) {
    if (announced > face.limits().maxBodyBytes()) {
      refuse(413);
    }
  }

  /** All that has come so far was read; from now on the client is waited for. */
  void readSoFar() {
    if (state == State.RECEIVING && bodyTimer == null) {
      watchBody();
    }
  }

  /** Whether the body is still wanted. */
  boolean isReceiving() {
    return state == State.RECEIVING;
  }

  /** Takes a part of the body, which stays the caller's. */
  void body(ByteBuf part) {
    int bytes = part.readableBytes();
    if (state != State.RECEIVING || bytes == 0) {
      return;
    }
    lastProgress = System.nanoTime();
    if (length + (long) bytes > face.limits().maxBodyBytes()) {
      refuse(413);
      return;
    }
    if (verdict instanceof Verdict.Serve serve && serve.wantsBody()) {
      if (!face.budget().take(bytes)) {
        refuse(503);
        return;
      }
      held += bytes;
      if (length + bytes > body.length) {
        body = Arrays.copyOf(body, Math.max(length + bytes, Math.min(2 * body.length, 1 << 24)));
      }
      part.getBytes(part.readerIndex(), body, length, bytes);
    }
    length += bytes;
  }

  /** The body is complete. */
  void bodyEnded() {
    if (state != State.RECEIVING) {
      return;
    }
    stopBodyTimer();
    state = State.WORKING;
    if (verdict instanceof Verdict.Serve serve) {
      body = body.length == length ? body : Arrays.copyOf(body, held > 0 ? length : 0);
      serve(serve);
    } else if (verdict instanceof Verdict.Answer answer) {
      reply(answer.reply());
    } else {
      throw new AssertionError("an upgrade is no exchange");
    }
  }

  private void watchBody() {
    long limit = face.limits().bodyTimeout().toNanos();
    bodyTimer =
        loop.schedule(
            () -> {
              if (System.nanoTime() - lastProgress >= limit) {
                refuse(408);
              } else if (state == State.RECEIVING) {
                watchBody();
              }
            },
            limit - (System.nanoTime() - lastProgress),
            TimeUnit.NANOSECONDS);
  }

  private void stopBodyTimer() {
    if (bodyTimer != null) {
      bodyTimer.cancel(false);
    }
  }

  private void refuse(int refusal) {
    if (state == State.RECEIVING) {
      stopBodyTimer();
      state = State.WORKING;
      reply(
          verdict instanceof Verdict.Serve serve
              ? serve.refusal().apply(refusal)
              : Pages.of(refusal));
    }
  }

  // ---- the work

  private void serve(Verdict.Serve serve) {
    if (serve.quick() && length <= QUICK_BYTES) {
      run(serve);
      return;
    }
    try {
      face.workers().execute(() -> run(serve));
    } catch (RejectedExecutionException full) {
      reply(serve.refusal().apply(503));
    }
  }

  private void run(Verdict.Serve serve) {
    CompletionStage<HttpReply> reply;
    try {
      reply = serve.handler().handle(this);
    } catch (RuntimeException bug) {
      reply = CompletableFuture.failedFuture(bug);
    }
    CompletionStage<HttpReply> unused =
        reply.whenComplete(
            (made, failure) -> {
              if (loop.inEventLoop()) {
                answered(serve, made, failure);
              } else {
                loop.execute(() -> answered(serve, made, failure));
              }
            });
    if (unused == null) {
      throw new AssertionError("a stage has a stage");
    }
  }

  private void answered(
      Verdict.Serve serve, @Nullable HttpReply made, @Nullable Throwable failure) {
    if (state == State.OVER) {
      return;
    }
    if (made != null) {
      reply(serve.finish().apply(made));
    } else {
      LOG.log(
          Level.ERROR,
          LogLine.event("http_handler_failed").field("path", head.path()).toString(),
          failure);
      reply(serve.finish().apply(Pages.of(500)));
    }
  }

  // ---- the reply

  private void reply(HttpReply reply) {
    if (state != State.WORKING) {
      return;
    }
    state = State.REPLYING;
    giveBack();
    status = reply.status();
    requestId = reply.fields().first("X-Request-Id").orElse("");
    if (reply.body() instanceof HttpReply.Body.Bytes bytes) {
      if (head.isHead()) {
        sink.headOnly(reply);
      } else {
        sink.whole(reply, Unpooled.wrappedBuffer(bytes.content()));
      }
      finished();
    } else if (reply.body() instanceof HttpReply.Body.Pieces pieces) {
      if (head.isHead()) {
        sink.headOnly(reply);
        finished();
        return;
      }
      sink.begin(reply);
      pump = new BodyPump(loop, sink, pieces.keepAlive(), this::finished);
      try {
        pieces.content().subscribe(pump);
      } catch (RuntimeException bug) {
        pump.onError(bug);
      }
    }
  }

  /** There is room for more of the reply. */
  void writable() {
    if (pump != null) {
      pump.writable();
    }
  }

  /** The client is gone, or took the request back. */
  void lost() {
    if (state == State.OVER) {
      return;
    }
    state = State.OVER;
    stopBodyTimer();
    giveBack();
    if (pump != null) {
      pump.cancel();
    }
    gone.complete(null);
    log("lost");
  }

  private void finished() {
    if (state != State.OVER) {
      state = State.OVER;
      log("answered");
    }
  }

  private void giveBack() {
    face.budget().release(held);
    held = 0;
  }

  private void log(String how) {
    LOG.log(
        Level.DEBUG,
        () ->
            LogLine.event("http_request")
                .field("method", head.method())
                .field("path", head.path())
                .field("status", status)
                .field("outcome", how)
                .field("us", TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - started))
                .field("request", requestId)
                .field("identity", caller.identity().map(Identity::id).orElse(""))
                .toString());
  }

  // ---- what handlers see

  @Override
  public String method() {
    return head.routedMethod();
  }

  @Override
  public String path() {
    return head.path();
  }

  @Override
  public Optional<String> query() {
    return head.query();
  }

  @Override
  public HttpFields fields() {
    return head.fields();
  }

  @Override
  public byte[] body() {
    return body.clone();
  }

  @Override
  public Optional<Identity> identity() {
    return caller.identity();
  }

  @Override
  public boolean credentialRejected() {
    return caller.rejected();
  }

  @Override
  public Optional<InetSocketAddress> remoteAddress() {
    return head.peer().address();
  }

  @Override
  public CompletionStage<Void> gone() {
    return gone.minimalCompletionStage();
  }
}
