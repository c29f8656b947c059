package org.alknet.http.server;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Flow;

/**
 * What a route answers. Framing (length, connection, date, server) is the server's business.
 *
 * <p>Immutable, as long as nobody changes the bytes.
 */
public final class HttpReply {
  private final int status;
  private final HttpFields fields;
  private final Body body;

  private HttpReply(int status, HttpFields fields, Body body) {
    if (status < 200 || status > 599) {
      throw new IllegalArgumentException("a final status is from 200 to 599, not " + status);
    }
    this.status = status;
    this.fields = Objects.requireNonNull(fields, "fields");
    this.body = Objects.requireNonNull(body, "body");
  }

  /** Returns a reply without a body. */
  public static HttpReply empty(int status) {
    return bytes(status, HttpFields.none(), new byte[0]);
  }

  /** Returns a reply with these bytes, which nobody changes any more. */
  public static HttpReply bytes(int status, HttpFields fields, byte[] content) {
    return new HttpReply(status, fields, new Body.Bytes(content));
  }

  /** Returns a reply with a text in UTF-8. */
  public static HttpReply text(int status, String contentType, String text) {
    return bytes(
        status, HttpFields.of("Content-Type", contentType), text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Returns a reply whose body comes in pieces, each asked for when the client has room for it. A
   * publisher that ends with {@code onError} cuts the body off, visibly for the client.
   */
  public static HttpReply stream(
      int status, HttpFields fields, Flow.Publisher<ByteBuffer> content) {
    return new HttpReply(status, fields, new Body.Pieces(content, Optional.empty()));
  }

  /**
   * Returns a stream of server-sent events; a comment is sent when nothing else was for a while.
   * Events are asked for one at a time; some may wait to be sent together, at most 32, and at most
   * 64 KiB and one event. One that nobody asked for cuts the stream off.
   *
   * @param events complete events, encoded
   * @param keepAlive how long a silence may last
   */
  public static HttpReply events(Flow.Publisher<ByteBuffer> events, Duration keepAlive) {
    HttpFields fields =
        HttpFields.of("Content-Type", "text/event-stream")
            .with("Cache-Control", "no-cache")
            .with("X-Accel-Buffering", "no");
    return new HttpReply(200, fields, new Body.Pieces(events, Optional.of(keepAlive)));
  }

  /** Returns the same reply with one more header field. */
  public HttpReply with(String name, String value) {
    return new HttpReply(status, fields.with(name, value), body);
  }

  /** Returns the same reply with more header fields. */
  public HttpReply with(HttpFields more) {
    return new HttpReply(status, fields.and(more), body);
  }

  /** Returns the status, 200 to 599. */
  public int status() {
    return status;
  }

  /** Returns the header fields. */
  public HttpFields fields() {
    return fields;
  }

  /** Returns the body. */
  public Body body() {
    return body;
  }

  @Override
  public String toString() {
    return "HttpReply[" + status + "]";
  }

  /** A body. */
  public sealed interface Body {
    /** All of it at once. */
    final class Bytes implements Body {
      private final byte[] content;

      private Bytes(byte[] content) {
        this.content = Objects.requireNonNull(content, "content");
      }

      /** Returns how many bytes there are. */
      public int length() {
        return content.length;
      }

      /** Returns a read-only view. */
      public ByteBuffer content() {
        return ByteBuffer.wrap(content).asReadOnlyBuffer();
      }
    }

    /**
     * One piece after the other.
     *
     * @param content for one subscriber
     * @param keepAlive the longest silence before a comment of an event stream is sent
     */
    record Pieces(Flow.Publisher<ByteBuffer> content, Optional<Duration> keepAlive)
        implements Body {
      /** Refuses null components. */
      public Pieces {
        Objects.requireNonNull(content, "content");
        Objects.requireNonNull(keepAlive, "keepAlive");
      }
    }
  }
}
