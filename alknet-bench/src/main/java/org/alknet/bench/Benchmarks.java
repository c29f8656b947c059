package org.alknet.bench;

import java.util.Arrays;
import org.alknet.bench.call.CallBenchmarks;
import org.alknet.bench.graph.GraphBenchmarks;
import org.alknet.bench.http.HttpBenchmarks;
import org.alknet.bench.startup.StartupBenchmark;
import org.alknet.bench.store.StoreBenchmark;
import org.openjdk.jmh.Main;

/**
 * Runs the benchmarks of one module: {@code call}, {@code core}, {@code graph}, {@code http},
 * {@code startup}, {@code store} or {@code vault}.
 */
public final class Benchmarks {
  private Benchmarks() {}

  /** Runs the module that the first argument names, with the rest as its own arguments. */
  public static void main(String[] arguments) throws Exception {
    String module = arguments.length == 0 ? "" : arguments[0];
    String[] rest =
        arguments.length == 0 ? arguments : Arrays.copyOfRange(arguments, 1, arguments.length);
    switch (module) {
      case "call" -> CallBenchmarks.main(rest);
      case "graph" -> {
        jmh("-wi 3 -w 1 -i 3 -r 1", "org.alknet.bench.graph.*", rest);
        GraphBenchmarks.main(rest);
      }
      case "http" -> HttpBenchmarks.main(rest);
      case "startup" -> StartupBenchmark.main(rest);
      case "store" -> StoreBenchmark.main(rest);
      case "core" -> jmh("-wi 3 -w 1 -i 5 -r 1", "org.alknet.bench.core.*", rest);
      case "vault" -> jmh("-wi 5 -w 1 -i 3 -r 1", "org.alknet.bench.vault.*", rest);
      default -> {
        System.err.println(
            "which module? call [quick] [network] | core | graph | http [quick]"
                + " | startup [rounds] [jar] | store [directory] | vault");
        System.exit(2);
      }
    }
  }

  private static void jmh(String rounds, String benchmarks, String[] wishes) throws Exception {
    String line = "-f 1 " + rounds + " " + String.join(" ", wishes) + " " + benchmarks;
    Main.main(line.trim().split(" +"));
  }
}
