package org.alknet.bench.core;

import java.util.concurrent.TimeUnit;
import org.alknet.core.config.ConfigDiff;
import org.alknet.core.config.ConfigReloadHandle;
import org.alknet.core.config.DynamicConfig;
import org.alknet.core.observe.AuditLog;
import org.alknet.core.observe.CoreMetrics;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A reload as a whole: validation, difference, swap, listeners. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class SnapshotBenchmark {
  /** Peers in the configuration. */
  @Param({"10", "1000", "100000"})
  public int peers;

  private ConfigReloadHandle handle;
  private DynamicConfig one;
  private DynamicConfig other;
  private boolean turn;

  /** Makes two configurations that differ in one peer. */
  @Setup
  public void fill() throws Exception {
    one = ResolveBenchmark.config(peers);
    other = ResolveBenchmark.config(peers - 1);
    handle = ConfigReloadHandle.create(one, AuditLog.NONE, CoreMetrics.NONE);
  }

  /** Puts the other configuration in force. */
  @Benchmark
  public ConfigDiff reload() throws Exception {
    turn = !turn;
    return handle.reload(turn ? other : one);
  }

  /** What every look-up pays for a configuration that can be replaced. */
  @Benchmark
  public DynamicConfig read() {
    return handle.snapshot().current();
  }
}
