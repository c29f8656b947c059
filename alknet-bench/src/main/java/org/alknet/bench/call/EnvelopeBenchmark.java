package org.alknet.bench.call;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.alknet.call.connection.CallLimits;
import org.alknet.call.wire.EnvelopeCodec;
import org.alknet.call.wire.EventEnvelope;
import org.alknet.call.wire.FrameException;
import org.alknet.call.wire.FrameReader;
import org.alknet.call.wire.ReadBudget;
import org.alknet.core.connection.RecvStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Envelopes in and out of bytes, next to Jackson's tree model, which checks none of our limits. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class EnvelopeBenchmark {
  private static final int PREFIX = 4;
  private static final JsonMapper JACKSON = JsonMapper.builder().build();

  /** Length of the frame. */
  @Param({"300", "65536"})
  public int bytes;

  private EventEnvelope envelope;
  private byte[] frame;
  private byte[] body;
  private JsonNode tree;
  private FrameReader reader;

  /** Makes one envelope, as object, bytes and tree. */
  @Setup
  public void prepare() throws FrameException {
    envelope = Payloads.requestOf(bytes);
    ByteBuffer encoded = EnvelopeCodec.encode(envelope);
    frame = new byte[encoded.remaining()];
    encoded.get(frame);
    body = java.util.Arrays.copyOfRange(frame, PREFIX, frame.length);
    tree = JACKSON.readTree(body);
    reader =
        new FrameReader(
            new Repeated(frame),
            CallLimits.MAX_FRAME_BYTES,
            new ReadBudget(1L << 30),
            Runnable::run);
  }

  /** What a connection does: find the frame, its type and its id, and leave the payload alone. */
  @Benchmark
  public FrameReader.Received receive() {
    FrameReader.Received received = reader.next().join();
    received.lease().release();
    return received;
  }

  /** The payload parsed as well. */
  @Benchmark
  public EventEnvelope decode() throws FrameException {
    return EnvelopeCodec.decode(body, 0, body.length);
  }

  /** The yardstick of both. */
  @Benchmark
  public JsonNode jacksonDecode() {
    return JACKSON.readTree(body);
  }

  /** A frame, its limits checked. */
  @Benchmark
  public ByteBuffer encode() throws FrameException {
    return EnvelopeCodec.encode(envelope);
  }

  /** Its yardstick. */
  @Benchmark
  public byte[] jacksonEncode() {
    return JACKSON.writeValueAsBytes(tree);
  }

  /** A stream on which the same frame comes again and again. */
  private static final class Repeated implements RecvStream {
    private final byte[] frame;
    private int at;

    Repeated(byte[] frame) {
      this.frame = frame;
    }

    @Override
    public CompletionStage<Integer> read(ByteBuffer into) {
      int count = Math.min(into.remaining(), frame.length - at);
      into.put(frame, at, count);
      at = (at + count) % frame.length;
      return CompletableFuture.completedFuture(count);
    }

    @Override
    public void stop(long code) {}
  }
}
