package org.alknet.testkit;

import java.time.Duration;
import java.util.Objects;

/**
 * What a {@link UdpRelay} does to the datagrams of one direction. Probabilities are 0 (never) to 1
 * (always) and apply to each datagram independently.
 *
 * <p>Immutable.
 *
 * @param drop probability that a datagram vanishes
 * @param duplicate probability that it arrives twice
 * @param reorder probability that the next one of the same client overtakes it; when none follows
 *     within 50 ms it goes on alone
 * @param corrupt probability that one of its bits is flipped
 * @param minDelay shortest time under way
 * @param maxDelay longest time under way, at most a minute; a spread reorders too
 */
public record Impairment(
    double drop,
    double duplicate,
    double reorder,
    double corrupt,
    Duration minDelay,
    Duration maxDelay) {
  // Before NONE, which is checked against it.
  private static final Duration LONGEST_DELAY = Duration.ofMinutes(1);

  /** Forwards everything at once. */
  public static final Impairment NONE = new Impairment(0, 0, 0, 0, Duration.ZERO, Duration.ZERO);

  /** Checks the ranges. */
  public Impairment {
    checkProbability("drop", drop);
    checkProbability("duplicate", duplicate);
    checkProbability("reorder", reorder);
    checkProbability("corrupt", corrupt);
    Objects.requireNonNull(minDelay, "minDelay");
    if (minDelay.isNegative()
        || maxDelay.compareTo(minDelay) < 0
        || maxDelay.compareTo(LONGEST_DELAY) > 0) {
      throw new IllegalArgumentException(
          "a delay goes from 0 up to a minute, not from " + minDelay + " to " + maxDelay);
    }
  }

  /** Returns these settings with another probability to drop. */
  public Impairment dropping(double probability) {
    return new Impairment(probability, duplicate, reorder, corrupt, minDelay, maxDelay);
  }

  /** Returns these settings with another probability to duplicate. */
  public Impairment duplicating(double probability) {
    return new Impairment(drop, probability, reorder, corrupt, minDelay, maxDelay);
  }

  /** Returns these settings with another probability to reorder. */
  public Impairment reordering(double probability) {
    return new Impairment(drop, duplicate, probability, corrupt, minDelay, maxDelay);
  }

  /** Returns these settings with another probability to corrupt. */
  public Impairment corrupting(double probability) {
    return new Impairment(drop, duplicate, reorder, probability, minDelay, maxDelay);
  }

  /** Returns these settings with another delay, spread evenly between the bounds. */
  public Impairment delaying(Duration min, Duration max) {
    return new Impairment(drop, duplicate, reorder, corrupt, min, max);
  }

  private static void checkProbability(String name, double value) {
    // Written so that NaN fails too.
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(name + " is a probability from 0 to 1, not " + value);
    }
  }
}
