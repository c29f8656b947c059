package org.alknet.cli.client;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import org.alknet.call.connection.CallRequest;
import org.alknet.call.operation.CallError;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.cli.context.CliException;
import tools.jackson.databind.JsonNode;

/**
 * Many calls over one session, some of them at a time. One thread decides everything: the reader of
 * the lines and the answers only tell it what happened. No more than the given number of lines is
 * read ahead, so memory stays flat however long the input is.
 *
 * <p>Not thread-safe; runs once.
 */
public final class Batch {
  /** Takes answers, one at a time. */
  @FunctionalInterface
  public interface Sink {
    /** Takes one; blocks while its reader is slow. */
    void accept(Answer answer) throws IOException;
  }

  /**
   * How it runs.
   *
   * <p>Immutable.
   *
   * @param concurrency calls at a time
   * @param ordered whether answers come in the order of the lines
   * @param failFast whether nothing more is called after the first failure
   * @param limit for each call
   */
  public record Settings(int concurrency, boolean ordered, boolean failFast, Duration limit) {}

  /**
   * What became of a line.
   *
   * <p>Immutable.
   *
   * @param id what the line called itself, else its number
   * @param outcome the answer; the error of a line that is no request counts as one
   */
  public record Answer(JsonNode id, ResponseEnvelope outcome) {}

  /**
   * How many there were.
   *
   * <p>Immutable.
   */
  public record Summary(long answered, long failed) {}

  private final Session session;
  private final Settings settings;
  private final Sink sink;
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final Semaphore ahead;
  private final Map<Long, CompletableFuture<ResponseEnvelope>> running = new HashMap<>();
  private final Map<Long, Answer> early = new HashMap<>();
  private long answered;
  private long failed;

  /** Calls over a session, and hands the answers to a sink. */
  public Batch(Session session, Settings settings, Sink sink) {
    this.session = session;
    this.settings = settings;
    this.sink = sink;
    this.ahead = new Semaphore(settings.concurrency());
  }

  private sealed interface Event {
    record Line(BatchRequest request) implements Event {}

    record Answered(long number, JsonNode id, ResponseEnvelope outcome) implements Event {}

    record End(Optional<IOException> failure) implements Event {}

    record Signal(int code) implements Event {}
  }

  /**
   * Calls everything the input holds, a JSON object a line: {@code operation}, {@code input},
   * {@code id}.
   *
   * @param input read on a thread of its own, which a blocking read keeps beyond the end
   * @throws CliException if a signal came
   * @throws IOException if the input cannot be read or the sink fails
   */
  public Summary run(InputStream input) throws Exception {
    session.interrupts().first().thenAccept(code -> events.add(new Event.Signal(code)));
    Thread reader = new Thread(() -> read(new LineReader(input)), "alknet-batch-input");
    reader.setDaemon(true);
    reader.start();
    try {
      boolean open = true;
      while (open || !running.isEmpty()) {
        Event event = events.take();
        if (event instanceof Event.Line line && open) {
          call(line.request());
        } else if (event instanceof Event.Answered answer) {
          answered(answer);
          open &= !(settings.failFast() && failed > 0);
        } else if (event instanceof Event.End end) {
          open = false;
          if (end.failure().isPresent()) {
            throw end.failure().get();
          }
        } else if (event instanceof Event.Signal signal) {
          throw CliException.stopped(signal.code());
        }
      }
      return new Summary(answered, failed);
    } finally {
      reader.interrupt();
      // Copies: a call that is given up answers at once.
      List.copyOf(running.values()).forEach(call -> call.cancel(true));
    }
  }

  private void read(LineReader lines) {
    try {
      ahead.acquire();
      for (Optional<byte[]> line = lines.next(); line.isPresent(); line = lines.next()) {
        if (!LineReader.isBlank(line.get())) {
          events.add(new Event.Line(BatchRequest.parse(lines.number(), line.get())));
          ahead.acquire();
        }
      }
      events.add(new Event.End(Optional.empty()));
    } catch (IOException unreadable) {
      events.add(new Event.End(Optional.of(unreadable)));
    } catch (InterruptedException enough) {
      Thread.currentThread().interrupt();
    }
  }

  private void call(BatchRequest request) {
    long number = request.number();
    CompletableFuture<ResponseEnvelope> call =
        request.problem().isPresent()
            ? CompletableFuture.completedFuture(
                refused(
                    number,
                    CallError.invalidInput("line " + number + ": " + request.problem().get())))
            : session
                .calls()
                .call(
                    CallRequest.of(request.operation(), request.input())
                        .withTimeout(settings.limit()))
                .toCompletableFuture();
    running.put(number, call);
    // The stage that follows is of no interest: nothing can go wrong in it.
    CompletionStage<?> told =
        call.handle(
            (outcome, failure) ->
                events.add(
                    new Event.Answered(
                        number,
                        request.id(),
                        outcome != null
                            ? outcome
                            : refused(number, CallError.internal("the call could not be made")))));
    Objects.requireNonNull(told, "told");
  }

  private static ResponseEnvelope refused(long number, CallError error) {
    return ResponseEnvelope.err("line-" + number, error);
  }

  private void answered(Event.Answered event) throws IOException {
    running.remove(event.number());
    Answer answer = new Answer(event.id(), event.outcome());
    if (!settings.ordered()) {
      hand(answer);
      return;
    }
    early.put(event.number(), answer);
    // Blank lines have numbers too, and no answer.
    long oldest = running.keySet().stream().min(Long::compare).orElse(Long.MAX_VALUE);
    List<Long> ready = early.keySet().stream().filter(n -> n < oldest).sorted().toList();
    for (long number : ready) {
      Answer first = early.remove(number);
      if (first != null) {
        hand(first);
      }
    }
  }

  private void hand(Answer answer) throws IOException {
    answered++;
    if (!answer.outcome().isOk()) {
      failed++;
    }
    sink.accept(answer);
    ahead.release();
  }
}
