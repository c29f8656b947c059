package org.alknet.http.testing;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A client of HTTP/2 with prior knowledge that sends exactly the frames it is told to. */
public final class H2Peer implements AutoCloseable {
  /** Type of a DATA frame. */
  public static final int DATA = 0;

  /** Type of a HEADERS frame. */
  public static final int HEADERS = 1;

  /** Type of a RST_STREAM frame. */
  public static final int RESET = 3;

  /** Type of a SETTINGS frame. */
  public static final int SETTINGS = 4;

  /** Type of a PING frame. */
  public static final int PING = 6;

  /** Type of a GOAWAY frame. */
  public static final int GOAWAY = 7;

  /** Type of a WINDOW_UPDATE frame. */
  public static final int WINDOW = 8;

  /** Type of a CONTINUATION frame. */
  public static final int CONTINUATION = 9;

  /** Flag END_STREAM. */
  public static final int END_STREAM = 1;

  /** Flag END_HEADERS. */
  public static final int END_HEADERS = 4;

  private final RawPeer peer;
  private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder();

  private H2Peer(RawPeer peer) {
    this.peer = peer;
  }

  /**
   * A frame.
   *
   * @param type what it is
   * @param flags its flags
   * @param stream its stream
   * @param payload the rest
   */
  public record Frame(int type, int flags, int stream, ByteBuffer payload) {
    /** The error code of a RST_STREAM or GOAWAY frame. */
    public int code() {
      return payload.getInt(type == GOAWAY ? 4 : 0);
    }
  }

  /** Connects and exchanges settings. */
  public static H2Peer connect(World world) {
    H2Peer peer = new H2Peer(RawPeer.clear(world));
    peer.peer.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    peer.send(SETTINGS, 0, 0, new byte[0]);
    peer.send(SETTINGS, 1, 0, new byte[0]);
    return peer;
  }

  /** Sends a frame; whether it went. */
  public boolean send(int type, int flags, int stream, byte[] payload) {
    ByteBuffer frame = ByteBuffer.allocate(9 + payload.length);
    frame.put((byte) (payload.length >> 16)).putShort((short) payload.length);
    frame.put((byte) type).put((byte) flags).putInt(stream).put(payload);
    return peer.trySend(frame.array());
  }

  /** Sends bytes that are no frame. */
  public H2Peer sendRaw(byte[] bytes) {
    peer.trySend(bytes);
    return this;
  }

  /** Starts a request. */
  public H2Peer request(int stream, int flags, String... fields) {
    send(HEADERS, flags | END_HEADERS, stream, block(fields));
    return this;
  }

  /** Sends a complete GET. */
  public H2Peer get(int stream, String path) {
    return request(
        stream,
        END_STREAM,
        ":method",
        "GET",
        ":scheme",
        "http",
        ":path",
        path,
        ":authority",
        "localhost");
  }

  /** Starts a POST of JSON. */
  public H2Peer post(int stream, String path, String... more) {
    String[] fields = {
      ":method",
      "POST",
      ":scheme",
      "http",
      ":path",
      path,
      ":authority",
      "localhost",
      "content-type",
      "application/json"
    };
    String[] all = java.util.Arrays.copyOf(fields, fields.length + more.length);
    System.arraycopy(more, 0, all, fields.length, more.length);
    return request(stream, 0, all);
  }

  /** Sends data. */
  public H2Peer data(int stream, int flags, String text) {
    send(DATA, flags, stream, text.getBytes(StandardCharsets.UTF_8));
    return this;
  }

  /** Resets a stream. */
  public H2Peer reset(int stream) {
    send(RESET, 0, stream, new byte[] {0, 0, 0, 8});
    return this;
  }

  /** Encodes fields without any compression. */
  public static byte[] block(String... fields) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    for (int i = 0; i < fields.length; i += 2) {
      block.write(0);
      string(block, fields[i]);
      string(block, fields[i + 1]);
    }
    return block.toByteArray();
  }

  private static void string(ByteArrayOutputStream block, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    if (bytes.length < 127) {
      block.write(bytes.length);
    } else {
      block.write(127);
      int rest = bytes.length - 127;
      for (; rest >= 128; rest >>= 7) {
        block.write(128 | (rest & 127));
      }
      block.write(rest);
    }
    block.writeBytes(bytes);
  }

  /** Reads the next frame; type -1 at the end of the connection. */
  public Frame next() {
    byte[] head = peer.read(9);
    if (head.length < 9) {
      return new Frame(-1, 0, 0, ByteBuffer.allocate(8));
    }
    ByteBuffer buffer = ByteBuffer.wrap(head);
    int length = (head[0] & 0xff) << 16 | (head[1] & 0xff) << 8 | (head[2] & 0xff);
    byte[] payload = peer.read(length);
    return new Frame(head[3], head[4], buffer.getInt(5), ByteBuffer.wrap(payload));
  }

  /** Reads until a frame of this type, or the end. */
  public Frame until(int type) {
    while (true) {
      Frame frame = next();
      if (frame.type() == type || frame.type() < 0) {
        return frame;
      }
      if (frame.type() == HEADERS) {
        headers(frame);
      }
    }
  }

  /** Reads the reply on a stream: its header; null if the stream or the connection ended. */
  public Http2Headers reply(int stream) {
    while (true) {
      Frame frame = next();
      if (frame.type() == HEADERS) {
        Http2Headers headers = headers(frame);
        if (frame.stream() == stream) {
          return headers;
        }
      } else if (frame.type() < 0
          || frame.type() == GOAWAY
          || (frame.type() == RESET && frame.stream() == stream)) {
        throw new AssertionError("no reply but frame " + frame.type() + " code " + frame.code());
      }
    }
  }

  /** Reads data of a stream until its end. */
  public String body(int stream) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    while (true) {
      Frame frame = until(DATA);
      if (frame.stream() == stream) {
        body.writeBytes(frame.payload().array());
      }
      if (frame.type() < 0 || (frame.stream() == stream && (frame.flags() & END_STREAM) != 0)) {
        return body.toString(StandardCharsets.UTF_8);
      }
    }
  }

  private Http2Headers headers(Frame frame) {
    ByteBuf block = Unpooled.wrappedBuffer(frame.payload());
    try {
      return decoder.decodeHeaders(frame.stream(), block);
    } catch (Http2Exception e) {
      throw new AssertionError("a header that cannot be read", e);
    } finally {
      block.release();
    }
  }

  @Override
  public void close() {
    peer.close();
  }
}
