package org.alknet.core.handler;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.alknet.core.config.ConfigSnapshot;
import org.alknet.core.config.LimitsConfig;
import org.alknet.core.config.RateLimitConfig;

/**
 * Who may connect: caps per address and for the process, and a pause for addresses that keep
 * presenting wrong credentials. One per node, shared by all its listeners, so that all ports obey
 * the same limits (spec/core.md section 22).
 *
 * <p>Addresses are IPv4 addresses and IPv6 /64 networks. The per-address limit is read anew for
 * each connection.
 *
 * <p>Thread-safe.
 */
public final class Admission {
  private static final long PAUSE_NANOS = Duration.ofMinutes(10).toNanos();
  private static final int MAX_SUSPECTS = 65_536;

  private final Supplier<RateLimitConfig> rates;
  private final LimitsConfig limits;
  private final LongSupplier nanoTime;

  private final Object lock = new Object();
  private final Map<Long, Integer> connectionsByNetwork = new LinkedHashMap<>();
  private final Map<Long, Suspect> suspects = new LinkedHashMap<>();
  private int connections;
  private int handshakes;

  private Admission(Supplier<RateLimitConfig> rates, LimitsConfig limits, LongSupplier nanoTime) {
    this.rates = rates;
    this.limits = limits;
    this.nanoTime = nanoTime;
  }

  /** Creates the admission of a node. */
  public static Admission create(ConfigSnapshot snapshot, LimitsConfig limits) {
    return create(snapshot, limits, System::nanoTime);
  }

  /**
   * Creates an admission with a clock of its own.
   *
   * @param nanoTime monotonic, as {@link System#nanoTime()}
   */
  public static Admission create(
      ConfigSnapshot snapshot, LimitsConfig limits, LongSupplier nanoTime) {
    Objects.requireNonNull(snapshot, "snapshot");
    return new Admission(
        () -> snapshot.current().rateLimits(),
        Objects.requireNonNull(limits, "limits"),
        Objects.requireNonNull(nanoTime, "nanoTime"));
  }

  /** Why somebody was not admitted. */
  public enum Refusal {
    /** The process serves as many connections as it may. */
    CONNECTIONS,
    /** As many handshakes are in progress as may be. */
    HANDSHAKES,
    /** The address has as many connections as it may. */
    PER_ADDRESS,
    /** Too many wrong credentials came from the address. */
    PAUSED
  }

  /** Returns why a connection from this address would be refused now; counts nothing. */
  public Optional<Refusal> refusal(InetAddress address) {
    long network = network(address);
    synchronized (lock) {
      return refusal(network);
    }
  }

  /**
   * Counts a new connection, still in its handshake.
   *
   * @return the place it takes, to be released exactly when it ends; empty if it is refused
   */
  public Optional<Place> admit(InetAddress address) {
    long network = network(address);
    synchronized (lock) {
      if (refusal(network).isPresent()) {
        return Optional.empty();
      }
      connectionsByNetwork.merge(network, 1, Integer::sum);
      connections++;
      handshakes++;
      return Optional.of(new Place(network));
    }
  }

  /** Counts a refused credential against the address. */
  public void credentialRejected(InetAddress address) {
    long network = network(address);
    synchronized (lock) {
      long now = nanoTime.getAsLong();
      Suspect suspect = suspects.remove(network);
      if (suspect == null || now - suspect.since > PAUSE_NANOS) {
        suspect = new Suspect(now);
      }
      suspect.rejections++;
      if (suspect.rejections >= 10 * rates.get().maxAuthAttempts() && !suspect.paused) {
        suspect.paused = true;
        suspect.since = now;
      }
      suspects.put(network, suspect);
      if (suspects.size() > MAX_SUSPECTS) {
        Iterator<Map.Entry<Long, Suspect>> eldest = suspects.entrySet().iterator();
        eldest.next();
        eldest.remove();
      }
    }
  }

  /** Returns how many refused credentials end a connection, as it is at the moment. */
  public int maxAuthAttempts() {
    return rates.get().maxAuthAttempts();
  }

  /** Returns how many handshakes are in progress. */
  public int handshakesInProgress() {
    synchronized (lock) {
      return handshakes;
    }
  }

  /** Returns how many connections are counted, handshakes included. */
  public int connections() {
    synchronized (lock) {
      return connections;
    }
  }

  private Optional<Refusal> refusal(long network) {
    Suspect suspect = suspects.get(network);
    if (suspect != null && suspect.paused) {
      if (nanoTime.getAsLong() - suspect.since <= PAUSE_NANOS) {
        return Optional.of(Refusal.PAUSED);
      }
      suspects.remove(network);
    }
    if (connections >= limits.maxConnections()) {
      return Optional.of(Refusal.CONNECTIONS);
    }
    if (handshakes >= limits.maxHandshakes()) {
      return Optional.of(Refusal.HANDSHAKES);
    }
    int perAddress = rates.get().maxConnectionsPerIp();
    if (perAddress > 0 && connectionsByNetwork.getOrDefault(network, 0) >= perAddress) {
      return Optional.of(Refusal.PER_ADDRESS);
    }
    return Optional.empty();
  }

  /** An IPv4 address (mapped ones included), or the first 64 bits of an IPv6 address. */
  private static long network(InetAddress address) {
    byte[] bytes = address.getAddress();
    if (address instanceof Inet4Address) {
      // No global IPv6 network starts with 32 zero bits, so the two kinds cannot collide.
      return Integer.toUnsignedLong(ByteBuffer.wrap(bytes).getInt());
    }
    return ByteBuffer.wrap(bytes).getLong();
  }

  /**
   * The place of one connection.
   *
   * <p>Thread-safe.
   */
  public final class Place {
    private final long network;
    private boolean established;
    private boolean released;

    private Place(long network) {
      this.network = network;
    }

    /** Says that the handshake is over. */
    public void established() {
      synchronized (lock) {
        if (!established && !released) {
          established = true;
          handshakes--;
        }
      }
    }

    /** Gives the place back; again does nothing. */
    public void release() {
      synchronized (lock) {
        if (released) {
          return;
        }
        released = true;
        if (!established) {
          handshakes--;
        }
        connections--;
        connectionsByNetwork.computeIfPresent(
            network, (key, count) -> count > 1 ? count - 1 : null);
      }
    }
  }

  private static final class Suspect {
    private long since;
    private int rejections;
    private boolean paused;

    Suspect(long since) {
      this.since = since;
    }
  }
}
