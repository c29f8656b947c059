package org.alknet.cli.assembly;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What a running node tells the commands of the same user: {@code run/serve.json} (spec/cli.md
 * section 4.5). Holds no secret.
 *
 * <p>Immutable.
 *
 * @param pid process of the node
 * @param processStartedAt when that process began, if the system tells
 * @param version of the node
 * @param addresses what it listens on, as {@code host:port}
 * @param alpns the protocols it serves
 * @param fingerprint its identity
 * @param store the file with its peers, unless the configuration lists them
 * @param watch how it notices changes of that file
 * @param seen the highest notification of that file that has taken effect
 * @param peers how many it knows
 * @param connected ids of those with a connection
 * @param health of that store, {@code ok} or what is wrong
 * @param connections how many it serves
 * @param connectionsByAlpn the same for each of its protocols
 * @param remotes those it dials, in the order of the configuration
 * @param counters what it has counted since it started, by name
 * @param updatedAt when it said all this
 * @param http its HTTP face, if it has one
 * @param configuration its configuration file
 * @param generation how many reloads of it were accepted
 * @param lastReload what became of the last one
 */
public record RunState(
    long pid,
    Optional<Instant> processStartedAt,
    String version,
    List<String> addresses,
    List<String> alpns,
    String fingerprint,
    Optional<Path> store,
    Optional<String> watch,
    long seen,
    int peers,
    List<String> connected,
    String health,
    int connections,
    Map<String, Long> connectionsByAlpn,
    List<RemoteState> remotes,
    Map<String, Long> counters,
    Instant updatedAt,
    Optional<HttpState> http,
    Optional<Path> configuration,
    long generation,
    Optional<ReloadReport> lastReload) {
  private static final String FILE = "serve.json";

  /** The system computes start times from its boot time, which drifts with the clock. */
  private static final Duration START_TOLERANCE = Duration.ofSeconds(5);

  /** Copies. */
  public RunState {
    Objects.requireNonNull(processStartedAt, "processStartedAt");
    Objects.requireNonNull(version, "version");
    addresses = List.copyOf(addresses);
    alpns = List.copyOf(alpns);
    Objects.requireNonNull(fingerprint, "fingerprint");
    Objects.requireNonNull(store, "store");
    Objects.requireNonNull(watch, "watch");
    connected = List.copyOf(connected);
    Objects.requireNonNull(health, "health");
    connectionsByAlpn = Collections.unmodifiableMap(new LinkedHashMap<>(connectionsByAlpn));
    remotes = List.copyOf(remotes);
    counters = Collections.unmodifiableMap(new LinkedHashMap<>(counters));
    Objects.requireNonNull(updatedAt, "updatedAt");
    Objects.requireNonNull(http, "http");
    Objects.requireNonNull(configuration, "configuration");
    Objects.requireNonNull(lastReload, "lastReload");
  }

  /** Returns where the state of a data directory is kept. */
  public static Path file(DataDirectory directory) {
    return directory.run().resolve(FILE);
  }

  /**
   * Reads the state of the node that runs on a data directory.
   *
   * @return empty if none runs there; a file left behind by a process that is gone, or one that
   *     makes no sense, counts as none
   */
  public static Optional<RunState> ofRunningNode(DataDirectory directory) {
    Path file = file(directory);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      return RunStateJson.parse(Files.readAllBytes(file)).filter(RunState::isAlive);
    } catch (IOException unreadable) {
      return Optional.empty();
    }
  }

  /** Writes the state so that a reader sees all of it or none. */
  void write(DataDirectory directory) throws IOException {
    PrivateFiles.replace(file(directory), RunStateJson.write(this));
  }

  /** Removes the state file. */
  static void remove(DataDirectory directory) throws IOException {
    Files.deleteIfExists(file(directory));
  }

  /** A process with the same number that began at another time is another process. */
  private boolean isAlive() {
    return ProcessHandle.of(pid)
        .filter(ProcessHandle::isAlive)
        .filter(
            process ->
                processStartedAt.isEmpty()
                    || process.info().startInstant().map(this::isStart).orElse(true))
        .isPresent();
  }

  private boolean isStart(Instant start) {
    Duration apart = Duration.between(processStartedAt.orElse(start), start).abs();
    return apart.compareTo(START_TOLERANCE) <= 0;
  }
}
