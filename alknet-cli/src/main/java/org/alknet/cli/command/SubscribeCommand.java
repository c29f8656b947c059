package org.alknet.cli.command;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.alknet.cli.client.Subscription;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import org.alknet.cli.input.JsonInput;
import org.alknet.cli.output.JsonWriter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code alknet subscribe}: a value a line (spec/cli.md section 9.5). */
@Command(
    name = "subscribe",
    aliases = "sub",
    header = {
      "Subscribe to an operation and print its values, one line each.",
      "",
      "  alknet subscribe demo/ticker -n 3",
      "  alknet subscribe demo/ticker '{\"interval_ms\":100}' --for 1s --timestamps",
      "  alknet subscribe demo/ticker -n 3 --reconnect",
      ""
    })
public final class SubscribeCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Mixin private final RemoteOptions remote = new RemoteOptions();
  @Mixin private final InputOptions what = new InputOptions();

  @Option(
      names = {"-n", "--count"},
      paramLabel = "COUNT",
      description = "end after this many values")
  private @Nullable Long count;

  @Option(
      names = "--for",
      paramLabel = "DURATION",
      description = "end after this time, from the connection on")
  private @Nullable Duration limit;

  @Option(
      names = "--timestamps",
      description = "print {\"time\":…,\"value\":…}, with the time of arrival")
  private boolean timestamps;

  @Option(
      names = "--reconnect",
      description = "dial and subscribe again when the connection is lost")
  private boolean reconnect;

  /** Creates the command. */
  public SubscribeCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws Exception {
    if (count != null && count < 1) {
      throw CliException.of(ExitCodes.USAGE, "-n is 1 or more, not " + count);
    }
    if (reconnect && !remote.isReadable()) {
      throw CliException.of(
          ExitCodes.USAGE, "--reconnect reads the token again, so it goes with --token-file only");
    }
    JsonNode input =
        JsonInput.read(
            invocation.context(), Optional.ofNullable(what.input), what.texts, what.values);
    new Resubscription(invocation, Optional.ofNullable(limit), count == null ? 0 : count, reconnect)
        .run(() -> remote.open(invocation), what.name(), input, new Lines(invocation, timestamps));
    return ExitCodes.OK;
  }

  /** Prints values, and hands each line on before the next value is asked for. */
  private record Lines(Invocation invocation, boolean timestamps) implements Subscription.Sink {
    @Override
    public void accept(JsonNode value) throws java.io.IOException {
      JsonNode shown = value;
      if (timestamps) {
        ObjectNode stamped = JsonWriter.object();
        stamped.put("time", Instant.now().truncatedTo(ChronoUnit.MILLIS).toString());
        stamped.set("value", value);
        shown = stamped;
      }
      invocation.result(JsonWriter.compact(shown));
      invocation.context().out().flush();
    }
  }
}
