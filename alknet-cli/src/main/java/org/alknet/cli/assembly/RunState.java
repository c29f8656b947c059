package org.alknet.cli.assembly;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.alknet.core.identity.Fingerprints;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

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
 * @param health of that store, {@code ok} or what is wrong
 * @param connections how many it serves
 * @param updatedAt when it said all this
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
    String health,
    int connections,
    Instant updatedAt,
    Optional<Path> configuration,
    long generation,
    Optional<ReloadReport> lastReload) {
  private static final String FILE = "serve.json";
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

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
    Objects.requireNonNull(health, "health");
    Objects.requireNonNull(updatedAt, "updatedAt");
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
      return parse(MAPPER.readTree(Files.readAllBytes(file))).filter(RunState::isAlive);
    } catch (IOException
        | JacksonException
        | IllegalArgumentException
        | DateTimeException unreadable) {
      return Optional.empty();
    }
  }

  /** Writes the state so that a reader sees all of it or none. */
  void write(DataDirectory directory) throws IOException {
    ObjectNode json = MAPPER.createObjectNode().put("version", 1).put("pid", pid);
    processStartedAt.ifPresent(start -> json.put("process_started_at", start.toString()));
    json.put("alknet_version", version);
    addresses.forEach(json.putArray("addresses")::add);
    alpns.forEach(json.putArray("alpns")::add);
    json.put("fingerprint", fingerprint);
    store.ifPresent(file -> json.put("store", file.toString()));
    watch.ifPresent(mode -> json.put("watch", mode));
    json.put("seen", seen);
    json.put("peers", peers).put("health", health).put("connections", connections);
    json.put("updated_at", updatedAt.toString());
    configuration.ifPresent(file -> json.put("configuration", file.toString()));
    json.put("generation", generation);
    lastReload.ifPresent(report -> write(report, json.putObject("last_reload")));
    PrivateFiles.replace(
        file(directory), (MAPPER.writeValueAsString(json) + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private static void write(ReloadReport report, ObjectNode json) {
    json.put("at", report.at().toString())
        .put("accepted", report.accepted())
        .put("generation", report.generation());
    ObjectNode changes = json.putObject("changes");
    report.changes().forEach(changes::put);
    report.needRestart().forEach(json.putArray("need_restart")::add);
    report.problems().forEach(json.putArray("problems")::add);
  }

  private static ReloadReport readReport(JsonNode json) {
    Map<String, String> changes = new LinkedHashMap<>();
    json.path("changes")
        .properties()
        .forEach(change -> changes.put(change.getKey(), change.getValue().asString("")));
    return new ReloadReport(
        Instant.parse(json.path("at").asString("")),
        json.path("accepted").asBoolean(false),
        json.path("generation").asLong(0),
        changes,
        texts(json.path("need_restart")),
        texts(json.path("problems")));
  }

  /** Removes the state file. */
  static void remove(DataDirectory directory) throws IOException {
    Files.deleteIfExists(file(directory));
  }

  private static Optional<RunState> parse(JsonNode json) {
    String fingerprint = json.path("fingerprint").asString("");
    List<String> addresses = texts(json.path("addresses"));
    if (json.path("version").asInt(0) != 1
        || !json.path("pid").isIntegralNumber()
        || addresses.isEmpty()
        || !Fingerprints.isWellFormed(fingerprint)) {
      return Optional.empty();
    }
    String started = json.path("process_started_at").asString("");
    return Optional.of(
        new RunState(
            json.path("pid").longValue(),
            started.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(started)),
            json.path("alknet_version").asString(""),
            addresses,
            texts(json.path("alpns")),
            fingerprint,
            path(json, "store"),
            json.has("watch") ? Optional.of(json.path("watch").asString("")) : Optional.empty(),
            json.path("seen").asLong(0),
            json.path("peers").asInt(0),
            json.path("health").asString("unknown"),
            json.path("connections").asInt(0),
            Instant.parse(json.path("updated_at").asString("")),
            path(json, "configuration"),
            json.path("generation").asLong(0),
            json.has("last_reload")
                ? Optional.of(readReport(json.path("last_reload")))
                : Optional.empty()));
  }

  private static Optional<Path> path(JsonNode json, String name) {
    return json.has(name) ? Optional.of(Path.of(json.path(name).asString(""))) : Optional.empty();
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.values().forEach(value -> texts.add(value.asString("")));
    return texts;
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
