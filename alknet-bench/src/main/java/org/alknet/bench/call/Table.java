package org.alknet.bench.call;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** Prints what contenders did as Markdown. Ratios are within a round, then the middle of all. */
final class Table {
  private final List<Contender> contenders;
  private final List<List<Comparison.Turn>> turns;

  Table(List<Contender> contenders, List<List<Comparison.Turn>> turns) {
    this.contenders = contenders;
    this.turns = turns;
  }

  /** Prints calls, with their latencies. */
  void printCalls(int outstanding) {
    System.out.printf("%n### %d outstanding%n%n", outstanding);
    System.out.println(
        "| | calls/s | ratio | range of the ratio | p50, µs | ratio | p99, µs | ratio | CPU µs each"
            + " | datagrams each |");
    System.out.println("|---|---|---|---|---|---|---|---|---|---|");
    for (int i = 0; i < contenders.size(); i++) {
      double[] rates = ratios(i, Comparison.Turn::perSecond);
      System.out.printf(
          Locale.ROOT,
          "| %s | %.0f | **%.2f** | %.2f–%.2f | %.0f | %.2f | %.0f | %.2f | %.1f | %.2f |%n",
          contenders.get(i).name(),
          median(i, Comparison.Turn::perSecond),
          middle(rates),
          rates[0],
          rates[rates.length - 1],
          median(i, Comparison.Turn::p50Micros),
          middle(ratios(i, Comparison.Turn::p50Micros)),
          median(i, Comparison.Turn::p99Micros),
          middle(ratios(i, Comparison.Turn::p99Micros)),
          median(i, Comparison.Turn::cpuMicrosEach),
          median(i, Comparison.Turn::datagramsEach));
    }
  }

  /** Prints streams. */
  void printStreams() {
    System.out.printf("%n### One subscription%n%n");
    System.out.println(
        "| | elements/s | ratio | range of the ratio | CPU µs each | datagrams each |");
    System.out.println("|---|---|---|---|---|---|");
    for (int i = 0; i < contenders.size(); i++) {
      double[] rates = ratios(i, Comparison.Turn::perSecond);
      System.out.printf(
          Locale.ROOT,
          "| %s | %.0f | **%.2f** | %.2f–%.2f | %.1f | %.2f |%n",
          contenders.get(i).name(),
          median(i, Comparison.Turn::perSecond),
          middle(rates),
          rates[0],
          rates[rates.length - 1],
          median(i, Comparison.Turn::cpuMicrosEach),
          median(i, Comparison.Turn::datagramsEach));
    }
  }

  private double median(int contender, ToDoubleFunction<Comparison.Turn> figure) {
    return middle(turns.get(contender).stream().mapToDouble(figure).sorted().toArray());
  }

  /** Returns the ratios to the first contender, the smallest first. */
  private double[] ratios(int contender, ToDoubleFunction<Comparison.Turn> figure) {
    double[] ratios = new double[turns.get(contender).size()];
    for (int round = 0; round < ratios.length; round++) {
      ratios[round] =
          figure.applyAsDouble(turns.get(contender).get(round))
              / figure.applyAsDouble(turns.get(0).get(round));
    }
    Arrays.sort(ratios);
    return ratios;
  }

  private static double middle(double[] sorted) {
    return sorted[sorted.length / 2];
  }
}
