package org.alknet.cli.command;

import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.alknet.cli.client.Batch;
import org.alknet.cli.client.Session;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import org.alknet.cli.input.FileInput;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code alknet batch} (spec/cli.md section 9.6). */
@Command(
    name = "batch",
    header = {
      "Make many calls, a line each, and print an answer a line.",
      "",
      "  alknet batch calls.jsonl",
      "  alknet batch - --concurrency 4 --ordered < calls.jsonl",
      "",
      "A line is {\"operation\":…,\"input\":…,\"id\":…}, its answer {\"id\":…,\"output\":…} or",
      "{\"id\":…,\"error\":…}; without an id a line goes by its number. These are many calls and",
      "no transaction: each succeeds or fails for itself.",
      ""
    })
public final class BatchCommand implements Callable<Integer> {
  private static final int MAX_CONCURRENCY = 1024;

  private final Invocation invocation;
  @Mixin private final RemoteOptions remote = new RemoteOptions();

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      description = "lines to call; - for standard input, which is the default")
  private String file = "-";

  @Option(
      names = "--concurrency",
      paramLabel = "N",
      defaultValue = "16",
      description = "calls at a time, 1 to 1024 (default ${DEFAULT-VALUE})")
  private int concurrency;

  @Option(names = "--ordered", description = "answers in the order of the lines")
  private boolean ordered;

  @Option(names = "--fail-fast", description = "give up after the first failure")
  private boolean failFast;

  /** Creates the command. */
  public BatchCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws Exception {
    if (concurrency < 1 || concurrency > MAX_CONCURRENCY) {
      throw CliException.of(
          ExitCodes.USAGE, "--concurrency is 1 to " + MAX_CONCURRENCY + ", not " + concurrency);
    }
    Duration limit = RemoteOptions.limit(invocation);
    try (InputStream in = FileInput.open(invocation.context(), file);
        Session session = remote.open(invocation, Session.Limits.of(limit).dialOnly())) {
      return new BatchView(invocation)
          .run(session, new Batch.Settings(concurrency, ordered, failFast, limit), in);
    }
  }
}
