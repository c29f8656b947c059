package org.alknet.cli.command;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.alknet.cli.client.Ping;
import org.alknet.cli.client.Session;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import org.alknet.cli.output.Escape;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code alknet ping}: who answers, and how fast (spec/cli.md section 9.8). */
@Command(
    name = "ping",
    header = {
      "Show who answers, how it was verified, whether it knows us, and how fast it is.",
      "",
      "  alknet ping",
      "  alknet ping -r hub -c 10 -i 20ms",
      ""
    })
public final class PingCommand implements Callable<Integer> {
  private static final int MAX_COUNT = 100_000;

  private final Invocation invocation;

  @Mixin private final RemoteOptions remote = new RemoteOptions();

  @Option(
      names = {"-c", "--count"},
      paramLabel = "COUNT",
      description = "round trips (default 4)")
  private int count = 4;

  @Option(
      names = {"-i", "--interval"},
      paramLabel = "DURATION",
      description = "time between them (default 200ms)")
  private Duration interval = Duration.ofMillis(200);

  @Option(names = "--full", description = "the whole fingerprint on a terminal too")
  private boolean full;

  /** Creates the command. */
  public PingCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws Exception {
    if (count < 1 || count > MAX_COUNT) {
      throw CliException.of(ExitCodes.USAGE, "-c is 1 to " + MAX_COUNT + ", not " + count);
    }
    // The limit is for each answer: many pings may take as long as they like.
    Duration limit = RemoteOptions.limit(invocation);
    try (Session session = remote.open(invocation, Session.Limits.of(limit).dialOnly())) {
      Ping ping = new Ping(session, limit);
      Optional<String> known = ping.whoAmI();
      if (!invocation.options().json()) {
        greet(session, known);
      }
      for (int i = 1; i <= count; i++) {
        Optional<Duration> rtt = ping.once();
        if (!invocation.options().json()) {
          invocation.result(
              rtt.map(time -> "seq=" + ping.sent() + " rtt=" + millis(time))
                  .orElse("seq=" + ping.sent() + " lost"));
          invocation.context().out().flush();
        }
        if (i < count) {
          pause(session);
        }
      }
      return finish(session, ping, known);
    }
  }

  private void pause(Session session) throws Exception {
    CompletableFuture<Void> pause = new CompletableFuture<>();
    pause.completeOnTimeout(null, interval.toNanos(), TimeUnit.NANOSECONDS);
    session.interrupts().await(pause);
  }

  private void greet(Session session, Optional<String> known) throws Exception {
    String who = session.remoteFingerprint().orElse("no key");
    String shown =
        invocation.context().terminal() && !full ? invocation.styles().fingerprint(who) : who;
    invocation.result(
        session.remote().address() + "  " + shown + "  handshake " + millis(session.handshake()));
    invocation.result("  verified by " + Escape.text(session.verifiedBy()));
    invocation.result("  " + Escape.text(acquaintance(session, known)));
  }

  private static String acquaintance(Session session, Optional<String> known) {
    if (known.isEmpty()) {
      return "it does not tell whether it knows us";
    }
    if (!known.get().isEmpty()) {
      return "it knows us as " + known.get();
    }
    return session.localFingerprint().isPresent()
        ? "it does not know our key " + session.localFingerprint().get()
        : "we are anonymous";
  }

  private int finish(Session session, Ping ping, Optional<String> known) throws Exception {
    Ping.Summary summary = ping.summary();
    if (invocation.options().json()) {
      invocation.result(PingView.json(session, summary, known));
    } else {
      invocation.result(
          String.format(
              Locale.ROOT,
              "%d sent, %d lost, min/avg/max/p99 = %s/%s/%s/%s",
              summary.sent(),
              summary.lost(),
              millis(summary.min()),
              millis(summary.average()),
              millis(summary.max()),
              millis(summary.p99())));
    }
    invocation.context().out().flush();
    return summary.lost() == 0 ? ExitCodes.OK : ExitCodes.CONNECTION_LOST;
  }

  private static String millis(Duration duration) {
    return String.format(Locale.ROOT, "%.1f ms", duration.toNanos() / 1_000_000.0);
  }
}
