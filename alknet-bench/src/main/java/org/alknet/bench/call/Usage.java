package org.alknet.bench.call;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What has been used so far: processor time of the Java threads of this process, without compiler
 * and garbage collector, and datagrams sent on this machine.
 */
record Usage(long cpuNanos, long datagrams) {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final Path COUNTERS = Path.of("/proc/net/snmp");

  static Usage now() {
    long cpu = 0;
    for (long id : THREADS.getAllThreadIds()) {
      cpu += Math.max(0, THREADS.getThreadCpuTime(id));
    }
    return new Usage(cpu, datagramsSent());
  }

  /** Reads the counter of Linux; elsewhere nothing is counted. */
  private static long datagramsSent() {
    if (!Files.exists(COUNTERS)) {
      return 0;
    }
    try {
      List<String[]> udp =
          Files.readAllLines(COUNTERS, StandardCharsets.US_ASCII).stream()
              .filter(line -> line.startsWith("Udp:"))
              .map(line -> line.split(" "))
              .toList();
      int column = List.of(udp.get(0)).indexOf("OutDatagrams");
      return Long.parseLong(udp.get(1)[column]);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
