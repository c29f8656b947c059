package org.alknet.bench.call;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.alknet.call.connection.StreamUsage;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs the benchmarks of the call protocol and prints their tables as Markdown; see
 * docs/benchmarks.md. The argument {@code quick} makes everything shorter and less exact, {@code
 * network} leaves out what runs without one.
 */
public final class CallBenchmarks {
  private static final int[] OUTSTANDING = {1, 64, 256};
  private static final int ROUNDS = 5;
  private static final Logger QUIET = Logger.getLogger("org.alknet");

  private CallBenchmarks() {}

  /** Runs everything. */
  public static void main(String[] arguments) throws Exception {
    List<String> wishes = List.of(arguments);
    boolean quick = wishes.contains("quick");
    QUIET.setLevel(Level.WARNING);
    System.out.printf(
        "%s %s, %s %s, %d processors%n",
        System.getProperty("java.vm.name"),
        System.getProperty("java.vm.version"),
        System.getProperty("os.name"),
        System.getProperty("os.arch"),
        Runtime.getRuntime().availableProcessors());
    if (!wishes.contains("network")) {
      inOneThread(quick);
    }
    overTheNetwork(quick);
    System.exit(0); // gRPC's threads would stay for a while
  }

  private static void inOneThread(boolean quick) throws RunnerException {
    Collection<RunResult> results =
        new Runner(
                new OptionsBuilder()
                    .include("org\\.alknet\\.bench\\.call\\..*Benchmark\\.")
                    .forks(1)
                    .warmupIterations(quick ? 2 : 3)
                    .warmupTime(TimeValue.seconds(1))
                    .measurementIterations(quick ? 2 : 3)
                    .measurementTime(TimeValue.seconds(1))
                    .verbosity(VerboseMode.SILENT)
                    .build())
            .run();
    System.out.printf("%n### In one thread%n%n| benchmark | frame, bytes | score | ± | unit |%n");
    System.out.println("|---|---|---|---|---|");
    for (RunResult result : results) {
      String name = result.getParams().getBenchmark();
      String bytes = result.getParams().getParam("bytes");
      System.out.printf(
          Locale.ROOT,
          "| %s | %s | %.2f | %.2f | %s |%n",
          name.substring(name.lastIndexOf('.', name.lastIndexOf('.') - 1) + 1),
          bytes == null ? "" : bytes,
          result.getPrimaryResult().getScore(),
          result.getPrimaryResult().getScoreError(),
          result.getPrimaryResult().getScoreUnit());
    }
  }

  private static void overTheNetwork(boolean quick) throws Exception {
    Certificates certificates = Certificates.generate();
    Optional<Executor> own = Optional.empty();
    Optional<Executor> none = Optional.of(Runnable::run);
    List<Contender> contenders =
        List.of(
            new BareQuic(BareQuic.Shape.ONE_STREAM, certificates),
            new BareQuic(BareQuic.Shape.STREAM_PER_CALL, certificates),
            new BareQuic(BareQuic.Shape.JSON, certificates),
            new AlknetCalls("alknet, shared stream (default)", StreamUsage.SHARED, own),
            new AlknetCalls("alknet, stream per call", StreamUsage.PER_REQUEST, own),
            new AlknetCalls("alknet, shared stream, no executor", StreamUsage.SHARED, none),
            new GrpcCalls(certificates));
    System.out.printf(
        "%nCalls of %d bytes, answers of %d.%n", Payloads.requestBytes(), Payloads.responseBytes());
    new Comparison(contenders, 0, quick ? 2500 : 5000).calls(64, 1);
    Comparison comparison = new Comparison(contenders, 200, quick ? 500 : 1000);
    for (int outstanding : OUTSTANDING) {
      new Table(contenders, comparison.calls(outstanding, ROUNDS)).printCalls(outstanding);
    }
    new Comparison(contenders, 0, quick ? 500 : 1000).streams(1);
    new Table(contenders, comparison.streams(ROUNDS)).printStreams();
    for (Contender contender : contenders) {
      contender.close();
    }
  }
}
