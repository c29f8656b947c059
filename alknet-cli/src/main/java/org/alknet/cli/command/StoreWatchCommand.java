package org.alknet.cli.command;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.alknet.cli.admin.StoreEvents;
import org.alknet.cli.assembly.NodeStore;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Interrupts;
import org.alknet.cli.context.Invocation;
import org.alknet.store.sqlite.SqliteStore;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code alknet store watch} (spec/cli.md section 9.17). */
@Command(
    name = "watch",
    header = {
      "Print the notifications of the store as they are committed, a line of JSON each.",
      "",
      "  alknet store watch --for 1s",
      "  alknet store watch peers_changed --for 1s",
      "",
      "Goes on until Ctrl-C, which is no failure.",
      ""
    })
public final class StoreWatchCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(
      arity = "0..*",
      paramLabel = "CHANNEL",
      description = "peers_changed, credentials_changed, alknet_control (default: all three)")
  private List<String> channels = List.of("peers_changed", "credentials_changed", "alknet_control");

  @Option(names = "--for", paramLabel = "DURATION", description = "end after this time")
  private @Nullable Duration limit;

  /** Creates the command. */
  public StoreWatchCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws Exception {
    LocalData local = LocalData.of(invocation);
    Interrupts interrupts = Interrupts.install(invocation.context().platform());
    CompletableFuture<Integer> end = interrupts.first().toCompletableFuture();
    if (limit != null) {
      end = end.completeOnTimeout(ExitCodes.SIGINT, limit.toNanos(), TimeUnit.NANOSECONDS);
    }
    try (SqliteStore store = NodeStore.openToWatch(local.directory(), local.config());
        StoreEvents events = StoreEvents.follow(store, channels, end, this::print)) {
      int code = events.await();
      return code == ExitCodes.SIGINT ? ExitCodes.OK : code;
    }
  }

  private void print(String line) throws IOException {
    invocation.result(line);
    invocation.context().out().flush();
  }
}
