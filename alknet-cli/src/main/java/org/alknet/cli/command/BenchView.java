package org.alknet.cli.command;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.alknet.call.connection.CallRequest;
import org.alknet.call.operation.OperationType;
import org.alknet.cli.client.Bench;
import org.alknet.cli.client.LatencyHistogram;
import org.alknet.cli.client.Session;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import org.alknet.cli.input.JsonInput;
import org.alknet.cli.output.Escape;
import org.alknet.cli.output.JsonWriter;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A measurement as people and scripts see it. */
final class BenchView {
  private final Invocation invocation;
  private final String operation;
  private final JsonNode input;
  private final Results results;

  BenchView(
      Invocation invocation, String operation, @Nullable String input, @Nullable Integer payload)
      throws CliException {
    this.invocation = invocation;
    this.operation = operation.startsWith("/") ? operation.substring(1) : operation;
    this.input =
        payload == null
            ? JsonInput.read(invocation.context(), Optional.ofNullable(input), List.of(), List.of())
            : JsonWriter.object().put("payload", "x".repeat(payload));
    this.results = new Results(invocation);
  }

  /**
   * What is expected.
   *
   * <p>Immutable.
   */
  record Thresholds(Optional<Duration> maxP99, Optional<Double> minRate) {}

  int run(Session session, Bench.Settings settings, boolean allowMutations, Thresholds thresholds)
      throws Exception {
    if (!allowMutations && session.schema(operation).opType() != OperationType.QUERY) {
      throw CliException.of(
          ExitCodes.UNSAFE,
          operation + " is no query, and would be called many times",
          "--allow-mutations  does it all the same.");
    }
    invocation.note(
        "calling "
            + Escape.text(operation)
            + " for "
            + seconds(settings.duration())
            + ", after "
            + seconds(settings.warmup())
            + " to warm up");
    Bench.Report report = new Bench(session, CallRequest.of(operation, input), settings).run();
    List<String> missed = missed(report, thresholds);
    print(settings, report, missed);
    return missed.isEmpty() ? ExitCodes.OK : ExitCodes.PARTIAL;
  }

  private static List<String> missed(Bench.Report report, Thresholds thresholds) {
    List<String> missed = new ArrayList<>();
    LatencyHistogram latency = report.latency();
    if (latency.count() == 0) {
      missed.add("no call succeeded");
    }
    if (thresholds.maxP99().isPresent()
        && latency.percentileNanos(99) > thresholds.maxP99().get().toNanos()) {
      missed.add(
          "p99 is "
              + millis(latency.percentileNanos(99))
              + ", at most wanted "
              + millis(thresholds.maxP99().get().toNanos()));
    }
    if (thresholds.minRate().isPresent() && report.throughput() < thresholds.minRate().get()) {
      missed.add(
          String.format(
              Locale.ROOT,
              "%.0f calls a second, at least wanted %.0f",
              report.throughput(),
              thresholds.minRate().get()));
    }
    return missed;
  }

  private void print(Bench.Settings settings, Bench.Report report, List<String> missed)
      throws IOException {
    LatencyHistogram latency = report.latency();
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("operation", operation);
    data.put("concurrency", settings.concurrency());
    data.put("rate", settings.rate() > 0 ? Optional.of(settings.rate()) : Optional.empty());
    data.put("measured_ms", report.measured().toNanos() / 1e6);
    data.put("succeeded", latency.count());
    data.put("failed", report.failed());
    data.put("not_made", report.missed());
    data.put("errors", report.errors());
    data.put("calls_per_second", report.throughput());
    data.put("mean_ms", latency.meanNanos() / 1e6);
    List<String> lines = new ArrayList<>();
    lines.add(
        results.field(
            "calls",
            String.format(
                Locale.ROOT,
                "%d succeeded, %d failed, %.0f a second",
                latency.count(),
                report.failed(),
                report.throughput())));
    if (report.missed() > 0) {
      lines.add(results.field("not made", report.missed() + ": every caller was waiting"));
    }
    report.errors().forEach((code, count) -> lines.add(results.field("", code + "  " + count)));
    lines.add(results.field("mean", millis(latency.meanNanos())));
    for (double percent : new double[] {50, 90, 99, 99.9}) {
      String name = percent == 99.9 ? "p99.9" : "p" + (int) percent;
      long nanos = latency.percentileNanos(percent);
      data.put(name.replace('.', '_') + "_ms", nanos / 1e6);
      lines.add(results.field(name, bar(nanos, latency.maxNanos()) + millis(nanos)));
    }
    data.put("max_ms", latency.maxNanos() / 1e6);
    lines.add(results.field("max", bar(1, 1) + millis(latency.maxNanos())));
    data.put("missed_thresholds", missed);
    missed.forEach(what -> lines.add(invocation.styles().alarm(Escape.text("missed: " + what))));
    results.styled("bench", data, lines);
  }

  /** A bar on a logarithmic scale of four decades: latencies differ by orders of magnitude. */
  private String bar(long value, long max) {
    int width = 20;
    double share = value <= 0 || max <= 0 ? 0 : 1 + Math.log10((double) value / max) / 4;
    int length = (int) Math.round(width * Math.max(0, Math.min(1, share)));
    String sign = invocation.styles().unicode() ? "█" : "#";
    return sign.repeat(length) + " ".repeat(width - length) + " ";
  }

  private static String millis(long nanos) {
    return String.format(Locale.ROOT, "%.2f ms", nanos / 1e6);
  }

  private static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.1f s", duration.toNanos() / 1e9);
  }
}
