package org.alknet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.alknet.call.operation.OperationHandler;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.registry.HandlerRegistration;
import org.alknet.call.registry.OperationProvenance;
import org.alknet.cli.assembly.Node;
import org.alknet.cli.assembly.NodeBuilder;
import org.alknet.testkit.Await;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.JsonNodeFactory;

/** {@code subscribe} as a process of its own whose output nobody reads for a while. */
class SlowReaderIT {
  private static final int VALUE_BYTES = 64 * 1024;

  /** The windows of a connection are 12.5 MB, and the pipe and both processes hold a few values. */
  private static final long MOST_UNDER_WAY = 24L * 1024 * 1024 / VALUE_BYTES;

  /** All of them together are a gigabyte, and the heap of the reader is a thirtieth of that. */
  private static final int VALUES = 16_000;

  private static final int READ = 100;

  @TempDir Path home;

  private final AtomicLong produced = new AtomicLong();

  /** Gives as many values as are asked for, each at once, and never one more. */
  private final class Producer implements Flow.Publisher<ResponseEnvelope> {
    private final String id;
    private final String filling = "x".repeat(VALUE_BYTES);

    Producer(String id) {
      this.id = id;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super ResponseEnvelope> subscriber) {
      AtomicLong asked = new AtomicLong();
      subscriber.onSubscribe(
          new Flow.Subscription() {
            @Override
            public void request(long n) {
              // Whoever asks while values are given is served by the loop that gives them.
              if (asked.getAndAdd(n) == 0) {
                do {
                  give(subscriber);
                } while (asked.decrementAndGet() > 0);
              }
            }

            @Override
            public void cancel() {}
          });
    }

    private void give(Flow.Subscriber<? super ResponseEnvelope> subscriber) {
      long number = produced.incrementAndGet();
      if (number <= VALUES) {
        subscriber.onNext(
            ResponseEnvelope.ok(id, JsonNodeFactory.instance.stringNode(number + " " + filling)));
      }
      if (number == VALUES) {
        subscriber.onComplete();
      }
    }
  }

  @Test
  @SuppressWarnings("try") // closed early on purpose
  void slowReaderStopsTheProducerAndTheCommandNeedsNoMoreMemory() throws Exception {
    try (Node node =
        NodeBuilder.create()
            .dataDirectory(home.resolve(".alknet"))
            .listen("127.0.0.1:0")
            .operation(
                HandlerRegistration.of(
                    OperationSpec.subscription("flood/values").build(),
                    new OperationHandler.Stream((input, ctx) -> new Producer(ctx.requestId())),
                    OperationProvenance.LOCAL))
            .start()) {
      Process reader = RunningCli.piped(home, List.of("-Xmx32m"), "subscribe", "flood/values");
      try (BufferedReader lines = reader.inputReader()) {
        assertThat(lines.readLine()).startsWith("\"1 xx");

        long stalledAt = stalled(reader);
        assertThat(stalledAt).isLessThan(MOST_UNDER_WAY);
        assertThat(node.listening()).hasSize(1);

        for (int i = 2; i <= READ; i++) {
          assertThat(lines.readLine()).startsWith("\"" + i + " xx").hasSizeGreaterThan(VALUE_BYTES);
        }
        Await.until("the producer goes on", () -> produced.get() > stalledAt);
        assertThat(stalled(reader)).isLessThan(READ + MOST_UNDER_WAY);
        lines.close();
        assertThat(reader.waitFor(RunningCli.LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(reader.exitValue()).as("a reader who has enough is no failure").isZero();
      } finally {
        reader.destroyForcibly();
      }
    }
  }

  /** Returns how many values there were when there had been no other for a moment. */
  private long stalled(Process reader) throws InterruptedException {
    long before = -1;
    while (before != produced.get()) {
      before = produced.get();
      assertThat(reader.waitFor(300, TimeUnit.MILLISECONDS))
          .as("it waits for its reader")
          .isFalse();
    }
    return before;
  }
}
