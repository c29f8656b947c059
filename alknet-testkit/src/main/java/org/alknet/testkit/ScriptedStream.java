package org.alknet.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.alknet.core.connection.BiStream;
import org.alknet.core.connection.StreamException;

/**
 * One stream in the hands of a test, which says byte by byte what is sent and what has to come.
 * Every method waits until the transport has done its part, and fails the test if it does not
 * ({@link Await}), so call them from the test's own thread only.
 *
 * <p>Not thread-safe.
 */
public final class ScriptedStream {
  private static final int STOP_PROBES = 100_000;

  private final BiStream stream;

  private ScriptedStream(BiStream stream) {
    this.stream = Objects.requireNonNull(stream, "stream");
  }

  /** Takes over a stream. */
  public static ScriptedStream of(BiStream stream) {
    return new ScriptedStream(stream);
  }

  /** Returns the stream itself. */
  public BiStream stream() {
    return stream;
  }

  /** Sends the bytes in one write. */
  public ScriptedStream send(byte[] bytes) {
    Await.result(stream.send().write(ByteBuffer.wrap(bytes)));
    return this;
  }

  /**
   * Sends the bytes in several writes, each begun after the one before was accepted.
   *
   * @param offsets where to cut, ascending
   */
  public ScriptedStream sendSplit(byte[] bytes, int... offsets) {
    int from = 0;
    for (int offset : offsets) {
      send(Arrays.copyOfRange(bytes, from, offset));
      from = offset;
    }
    return send(Arrays.copyOfRange(bytes, from, bytes.length));
  }

  /** Sends the bytes in writes of one byte. */
  public ScriptedStream sendSingly(byte[] bytes) {
    for (byte b : bytes) {
      send(new byte[] {b});
    }
    return this;
  }

  /** Sends the bytes together with the end of the stream. */
  public ScriptedStream sendAndFinish(byte[] bytes) {
    Await.result(stream.send().finish(ByteBuffer.wrap(bytes)));
    return this;
  }

  /** Sends the end of the stream alone. */
  public ScriptedStream finish() {
    Await.result(stream.send().finish());
    return this;
  }

  /** Abandons sending. */
  public ScriptedStream reset(long code) {
    stream.send().reset(code);
    return this;
  }

  /** Refuses to receive more. */
  public ScriptedStream stop(long code) {
    stream.recv().stop(code);
    return this;
  }

  /** Lets go of both halves. */
  public ScriptedStream close() {
    stream.close();
    return this;
  }

  /** Returns the next bytes; fails if the stream ends before there are as many. */
  public byte[] readExactly(int count) {
    ByteBuffer into = ByteBuffer.allocate(count);
    while (into.hasRemaining()) {
      int read = Await.result(stream.recv().read(into));
      assertThat(read)
          .as("bytes of a read, after %d of %d", into.position(), count)
          .isGreaterThan(0);
    }
    return into.array();
  }

  /**
   * Returns everything up to the end of the stream.
   *
   * @param max fails if more comes
   */
  public byte[] readToEnd(int max) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    ByteBuffer into = ByteBuffer.allocate(16 * 1024);
    while (Await.result(stream.recv().read(into)) >= 0) {
      all.write(into.array(), 0, into.position());
      into.clear();
      assertThat(all.size()).as("bytes up to the end").isLessThanOrEqualTo(max);
    }
    return all.toByteArray();
  }

  /**
   * Returns the payload of the next length-prefixed frame.
   *
   * @param max fails if the frame says it is longer
   */
  public byte[] readFrame(int max) {
    long length =
        Integer.toUnsignedLong(ByteBuffer.wrap(readExactly(Frames.PREFIX_BYTES)).getInt());
    assertThat(length).as("length of a frame").isLessThanOrEqualTo(max);
    return readExactly((int) length);
  }

  /** Asserts that exactly these bytes come next. */
  public ScriptedStream expect(byte[] bytes) {
    assertThat(Frames.hex(readExactly(bytes.length))).isEqualTo(Frames.hex(bytes));
    return this;
  }

  /** Asserts that the peer ended the stream and sent nothing more before. */
  public ScriptedStream expectEnd() {
    assertThat(Frames.hex(readToEnd(1024))).as("bytes before the end").isEmpty();
    return this;
  }

  /** Reads and drops what comes and asserts that the peer then resets the stream. */
  public ScriptedStream expectReset() {
    ByteBuffer into = ByteBuffer.allocate(16 * 1024);
    Optional<Throwable> failure;
    do {
      into.clear();
      failure = Await.failureOf(stream.recv().read(into));
    } while (failure.isEmpty() && into.position() > 0);
    assertThat(failure)
        .as("a reset; empty is a regular end")
        .containsInstanceOf(StreamException.StreamClosed.class);
    return this;
  }

  /** Writes single bytes until the peer, which should have said stop, is heard. */
  public ScriptedStream expectStopped() {
    Optional<Throwable> failure = Optional.empty();
    for (int i = 0; failure.isEmpty() && i < STOP_PROBES; i++) {
      failure = Await.failureOf(stream.send().write(ByteBuffer.wrap(new byte[1])));
    }
    assertThat(failure)
        .as("a stop; empty means that %d bytes were accepted", STOP_PROBES)
        .containsInstanceOf(StreamException.StreamClosed.class);
    return this;
  }
}
