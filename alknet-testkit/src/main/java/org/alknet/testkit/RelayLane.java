package org.alknet.testkit;

import java.net.SocketAddress;
import java.nio.channels.DatagramChannel;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * One client's datagrams in one direction. Confined to the relay's thread.
 *
 * <p>Every datagram draws the same number of random values, whatever the settings are, so that the
 * fate of a client's n-th datagram follows from the seed and n.
 */
final class RelayLane {
  final RelayDirection direction;
  DatagramChannel out;
  final SocketAddress target;

  /** Waits for the next datagram to overtake it. */
  @Nullable Packet held;

  private final SplittableRandom random;

  RelayLane(RelayDirection direction, DatagramChannel out, SocketAddress target, long seed) {
    this.direction = direction;
    this.out = out;
    this.target = target;
    this.random = new SplittableRandom(seed);
  }

  /** A datagram under way. */
  static final class Packet {
    final RelayLane lane;
    final byte[] bytes;
    final long due;
    final long sequence;

    Packet(RelayLane lane, byte[] bytes, long due, long sequence) {
      this.lane = lane;
      this.bytes = bytes;
      this.due = due;
      this.sequence = sequence;
    }
  }

  /** What happens to a datagram. */
  record Fate(
      boolean drop,
      boolean duplicate,
      boolean reorder,
      boolean corrupt,
      long corruptBit,
      long delayNanos) {}

  Fate nextFate(Impairment settings) {
    boolean drop = random.nextDouble() < settings.drop();
    boolean duplicate = random.nextDouble() < settings.duplicate();
    boolean reorder = random.nextDouble() < settings.reorder();
    boolean corrupt = random.nextDouble() < settings.corrupt();
    long corruptBit = random.nextLong(Long.MAX_VALUE);
    double spread = random.nextDouble();
    long min = settings.minDelay().toNanos();
    long delay = min + (long) (spread * (settings.maxDelay().toNanos() - min));
    return new Fate(drop, duplicate, reorder, corrupt, corruptBit, delay);
  }
}
