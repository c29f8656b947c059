package org.alknet.bench.call;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Lets contenders do the same in turns, so that whatever else the machine does hits all of them. A
 * contender's figure is the median over its turns; its ratio is taken within each round, against
 * what the first contender did in that round.
 */
public final class Comparison {
  /** What one contender did in its turn. Processor time and datagrams are those of both ends. */
  public record Turn(
      double perSecond,
      double p50Micros,
      double p99Micros,
      double cpuMicrosEach,
      double datagramsEach) {}

  private final List<Contender> contenders;
  private final long warmUpNanos;
  private final long turnNanos;

  /**
   * Compares contenders, the first of which is the measure.
   *
   * @param warmUpMillis of each turn, not counted
   * @param turnMillis how long a turn is
   */
  public Comparison(List<? extends Contender> contenders, long warmUpMillis, long turnMillis) {
    this.contenders = List.copyOf(contenders);
    this.warmUpNanos = TimeUnit.MILLISECONDS.toNanos(warmUpMillis);
    this.turnNanos = TimeUnit.MILLISECONDS.toNanos(turnMillis);
  }

  /**
   * Makes calls, so many at a time.
   *
   * @return for each contender its turns
   */
  public List<List<Turn>> calls(int outstanding, int rounds) throws InterruptedException {
    return rounds(rounds, contender -> calls(contender, outstanding));
  }

  /** Runs one stream. */
  public List<List<Turn>> streams(int rounds) throws InterruptedException {
    return rounds(rounds, this::stream);
  }

  private interface Work {
    Turn take(Contender contender) throws InterruptedException;
  }

  private List<List<Turn>> rounds(int rounds, Work work) throws InterruptedException {
    List<List<Turn>> turns = new ArrayList<>();
    contenders.forEach(contender -> turns.add(new ArrayList<>()));
    for (int round = 0; round < rounds; round++) {
      for (int i = 0; i < contenders.size(); i++) {
        turns.get(i).add(work.take(contenders.get(i)));
      }
    }
    return turns;
  }

  /** Keeps so many calls outstanding: whoever gets an answer makes the next call. */
  private Turn calls(Contender contender, int outstanding) throws InterruptedException {
    Load load = new Load(contender);
    for (int i = 0; i < outstanding; i++) {
      load.call();
    }
    TimeUnit.NANOSECONDS.sleep(warmUpNanos);
    Turn turn = load.measure(turnNanos);
    load.stop(outstanding);
    return turn;
  }

  private Turn stream(Contender contender) throws InterruptedException {
    LongAdder elements = new LongAdder();
    Runnable end = contender.subscribe(elements::increment);
    TimeUnit.NANOSECONDS.sleep(warmUpNanos);
    Turn turn = measure(elements, turnNanos, new Latencies());
    end.run();
    TimeUnit.NANOSECONDS.sleep(warmUpNanos);
    return turn;
  }

  private static Turn measure(LongAdder counter, long nanos, Latencies latencies)
      throws InterruptedException {
    Usage before = Usage.now();
    long countBefore = counter.sum();
    long began = System.nanoTime();
    TimeUnit.NANOSECONDS.sleep(nanos);
    double count = counter.sum() - countBefore;
    double seconds = (System.nanoTime() - began) / 1e9;
    Usage after = Usage.now();
    return new Turn(
        count / seconds,
        latencies.micros(0.5),
        latencies.micros(0.99),
        (after.cpuNanos() - before.cpuNanos()) / 1e3 / count,
        (after.datagrams() - before.datagrams()) / count);
  }

  private static final class Load {
    private final Contender contender;
    private final LongAdder answers = new LongAdder();
    private final LongAdder unmade = new LongAdder();
    private volatile Latencies latencies = new Latencies();
    private volatile boolean stopping;

    Load(Contender contender) {
      this.contender = contender;
    }

    void call() {
      if (stopping) {
        unmade.increment();
        return;
      }
      long made = System.nanoTime();
      contender.call(
          () -> {
            latencies.add(System.nanoTime() - made);
            answers.increment();
            call();
          });
    }

    Turn measure(long nanos) throws InterruptedException {
      Latencies measured = new Latencies();
      latencies = measured;
      Turn turn = Comparison.measure(answers, nanos, measured);
      latencies = new Latencies();
      return turn;
    }

    /** Waits for the answers to the calls in work. */
    void stop(int outstanding) throws InterruptedException {
      stopping = true;
      long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
      while (unmade.sum() < outstanding) {
        if (System.nanoTime() > limit) {
          Contender.broken(contender.name() + " has lost calls", null);
        }
        TimeUnit.MILLISECONDS.sleep(1);
      }
    }
  }
}
