package org.alknet.cli.command;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.alknet.call.connection.StreamUsage;
import org.alknet.cli.client.Bench;
import org.alknet.cli.client.Session;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import org.alknet.cli.input.SizeConverter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code alknet bench} (spec/cli.md section 9.8). */
@Command(
    name = "bench",
    header = {
      "Measure how many calls a remote answers, and how fast.",
      "",
      "  alknet bench --duration 1s --warmup 200ms",
      "  alknet bench demo/echo '{\"text\":\"hello\"}' --concurrency 4 --duration 1s",
      "  alknet bench --rate 200 --duration 1s --max-p99 30s --json",
      "  alknet bench --payload 4KiB --streams --duration 1s",
      "",
      "With --rate calls are due at fixed times, and a latency counts from the time a call was",
      "due: a stall shows in full. Without it each caller waits for its answer and calls again.",
      "Ends with 28 if a threshold was missed, or if no call succeeded.",
      ""
    })
public final class BenchCommand implements Callable<Integer> {
  private static final int MAX_CONCURRENCY = 4096;
  private static final double MAX_RATE = 1_000_000;
  private static final int MAX_PAYLOAD = 16 << 20;

  private final Invocation invocation;
  @Mixin private final RemoteOptions remote = new RemoteOptions();

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "OPERATION",
      description = "what to call (default demo/echo)")
  private String operation = "demo/echo";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "INPUT",
      description = "JSON text, @FILE, or - for standard input (default {})")
  private @Nullable String input;

  @Option(
      names = "--concurrency",
      paramLabel = "N",
      defaultValue = "16",
      description = "calls at a time (default ${DEFAULT-VALUE})")
  private int concurrency;

  @Option(
      names = "--duration",
      paramLabel = "DURATION",
      defaultValue = "10s",
      description = "how long to measure (default ${DEFAULT-VALUE})")
  private Duration duration = Duration.ofSeconds(10);

  @Option(
      names = "--warmup",
      paramLabel = "DURATION",
      defaultValue = "1s",
      description = "how long to call before that (default ${DEFAULT-VALUE})")
  private Duration warmup = Duration.ofSeconds(1);

  @Option(
      names = "--rate",
      paramLabel = "R",
      description = "calls a second (default: as many as there can be)")
  private double rate;

  @Option(
      names = "--payload",
      paramLabel = "SIZE",
      converter = SizeConverter.class,
      description = "call with a text of so many characters as the input, such as 512 or 64KiB")
  private @Nullable Integer payload;

  @Option(
      names = "--max-p99",
      paramLabel = "DURATION",
      description = "fail with 28 if 99 of 100 calls take longer")
  private @Nullable Duration maxP99;

  @Option(
      names = "--min-rate",
      paramLabel = "R",
      description = "fail with 28 if fewer calls a second succeed")
  private @Nullable Double minRate;

  @Option(
      names = "--streams",
      description = "open a stream for each call (default: small calls share one)")
  private boolean streams;

  @Option(names = "--allow-mutations", description = "call it though it changes something")
  private boolean allowMutations;

  /** Creates the command. */
  public BenchCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws Exception {
    check(concurrency >= 1 && concurrency <= MAX_CONCURRENCY, "--concurrency is 1 to 4096");
    check(rate >= 0 && rate <= MAX_RATE, "--rate is at most 1000000 a second");
    check(!duration.isZero() && duration.toDays() < 1, "--duration is 1ms to less than 1d");
    check(warmup.toDays() < 1, "--warmup is less than 1d");
    check(payload == null || input == null, "--payload and INPUT exclude each other");
    check(
        payload == null || (payload >= 0 && payload <= MAX_PAYLOAD), "--payload is at most 16MiB");
    Duration limit = RemoteOptions.limit(invocation);
    BenchView view = new BenchView(invocation, operation, input, payload);
    try (Session session =
        remote.open(
            invocation,
            Session.Limits.of(limit).dialOnly(),
            streams ? StreamUsage.PER_REQUEST : StreamUsage.SHARED)) {
      return view.run(
          session,
          new Bench.Settings(concurrency, warmup, duration, rate, limit),
          allowMutations,
          new BenchView.Thresholds(Optional.ofNullable(maxP99), Optional.ofNullable(minRate)));
    }
  }

  private static void check(boolean right, String expected) throws CliException {
    if (!right) {
      throw CliException.of(ExitCodes.USAGE, expected);
    }
  }
}
