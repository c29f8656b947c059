package org.alknet.testkit;

import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.alknet.core.connection.Alpn;
import org.alknet.core.identity.Identity;

/**
 * Settings of a pair of connected ends. What is said about one end is what the other one sees of
 * it: {@link #leftFingerprint} is the right end's {@code remoteFingerprint()}.
 *
 * <p>Not thread-safe.
 */
public final class InMemoryPairBuilder {
  final Alpn alpn;
  int streamLimit = 320;
  int bufferBytes = 64 * 1024;
  int maxAuthAttempts = 5;
  Executor executor = Runnable::run;
  final Side left = new Side();
  final Side right = new Side();

  /** What is known of one end. */
  static final class Side {
    Optional<String> fingerprint = Optional.empty();
    Optional<Identity> identity = Optional.empty();
    Optional<InetSocketAddress> address = Optional.empty();
  }

  InMemoryPairBuilder(Alpn alpn) {
    this.alpn = Objects.requireNonNull(alpn, "alpn");
  }

  /**
   * Sets how many streams opened by one end may be alive at a time, for each end; further {@code
   * openBi} calls wait.
   *
   * @param streams 1 to 65,535; 320 if not set
   */
  public InMemoryPairBuilder streamLimit(int streams) {
    this.streamLimit = checkRange("streamLimit", streams, 1, 65_535);
    return this;
  }

  /**
   * Sets how many bytes one direction of one stream holds before its writer has to wait.
   *
   * @param bytes 1 to 16 MiB; 64 KiB if not set
   */
  public InMemoryPairBuilder bufferBytes(int bytes) {
    this.bufferBytes = checkRange("bufferBytes", bytes, 1, 16 * 1024 * 1024);
    return this;
  }

  /**
   * Sets after how many rejected credentials an end closes the connection.
   *
   * @param attempts 1 or more; 5 if not set
   */
  public InMemoryPairBuilder maxAuthAttempts(int attempts) {
    this.maxAuthAttempts = checkRange("maxAuthAttempts", attempts, 1, Integer.MAX_VALUE);
    return this;
  }

  /**
   * Sets where stages complete and their callbacks run. If not set, that is the thread that causes
   * it, and usually it happens before the causing method returns. A single-threaded executor makes
   * a pair that completes as late as a real connection does.
   *
   * @param where runs tasks in any order on any thread and never rejects one; stays the caller's
   */
  public InMemoryPairBuilder executor(Executor where) {
    this.executor = Objects.requireNonNull(where, "where");
    return this;
  }

  /** Sets the fingerprint of the key the left end proved. */
  public InMemoryPairBuilder leftFingerprint(String fingerprint) {
    this.left.fingerprint = Optional.of(fingerprint);
    return this;
  }

  /** Sets the fingerprint of the key the right end proved. */
  public InMemoryPairBuilder rightFingerprint(String fingerprint) {
    this.right.fingerprint = Optional.of(fingerprint);
    return this;
  }

  /** Has the right end start with this identity recorded as its peer's. */
  public InMemoryPairBuilder leftIdentity(Identity identity) {
    this.left.identity = Optional.of(identity);
    return this;
  }

  /** Has the left end start with this identity recorded as its peer's. */
  public InMemoryPairBuilder rightIdentity(Identity identity) {
    this.right.identity = Optional.of(identity);
    return this;
  }

  /** Sets the address the right end sees. */
  public InMemoryPairBuilder leftAddress(InetSocketAddress address) {
    this.left.address = Optional.of(address);
    return this;
  }

  /** Sets the address the left end sees. */
  public InMemoryPairBuilder rightAddress(InetSocketAddress address) {
    this.right.address = Optional.of(address);
    return this;
  }

  /** Returns two new connected ends. */
  public InMemoryConnection.Pair pair() {
    return InMemoryConnection.connect(this);
  }

  private static int checkRange(String setting, int value, int min, int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(setting + " is " + min + " to " + max + ", not " + value);
    }
    return value;
  }
}
