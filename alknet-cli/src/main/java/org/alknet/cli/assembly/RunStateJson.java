package org.alknet.cli.assembly;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.alknet.core.identity.Fingerprints;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** How a {@link RunState} is written and read. */
final class RunStateJson {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private RunStateJson() {}

  static byte[] write(RunState state) {
    ObjectNode json = MAPPER.createObjectNode().put("version", 1).put("pid", state.pid());
    state.processStartedAt().ifPresent(start -> json.put("process_started_at", start.toString()));
    json.put("alknet_version", state.version());
    state.addresses().forEach(json.putArray("addresses")::add);
    state.alpns().forEach(json.putArray("alpns")::add);
    json.put("fingerprint", state.fingerprint());
    state.store().ifPresent(file -> json.put("store", file.toString()));
    state.watch().ifPresent(mode -> json.put("watch", mode));
    json.put("seen", state.seen());
    json.put("peers", state.peers());
    state.connected().forEach(json.putArray("peers_connected")::add);
    json.put("health", state.health());
    json.put("connections", state.connections());
    state.connectionsByAlpn().forEach(json.putObject("connections_by_alpn")::put);
    ArrayNode remotes = json.putArray("remotes");
    state.remotes().forEach(remote -> write(remote, remotes.addObject()));
    state.counters().forEach(json.putObject("counters")::put);
    json.put("updated_at", state.updatedAt().toString());
    state.http().ifPresent(http -> write(http, json.putObject("http")));
    state.configuration().ifPresent(file -> json.put("configuration", file.toString()));
    json.put("generation", state.generation());
    state.lastReload().ifPresent(report -> write(report, json.putObject("last_reload")));
    return (MAPPER.writeValueAsString(json) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  private static void write(HttpState http, ObjectNode json) {
    http.addresses().forEach(json.putArray("addresses")::add);
    json.put("certificate_file", http.certificateFile().toString())
        .put("certificate", http.certificate())
        .put("self_signed", http.selfSigned())
        .put("certificate_ends_at", http.certificateEndsAt().toString())
        .put("connections", http.connections());
  }

  private static void write(RemoteState remote, ObjectNode json) {
    json.put("remote", remote.remote())
        .put("address", remote.address())
        .put("status", remote.status().name().toLowerCase(Locale.ROOT))
        .put("since", remote.since().toString());
    remote.peerId().ifPresent(id -> json.put("peer_id", id));
    remote.imported().ifPresent(operations -> json.put("imported", operations));
    json.put("attempts", remote.attempts());
    remote.trouble().ifPresent(trouble -> json.put("trouble", trouble));
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

  /** Reads a state; empty if the text makes no sense. */
  static Optional<RunState> parse(byte[] text) {
    try {
      return parse(MAPPER.readTree(text));
    } catch (JacksonException | IllegalArgumentException | DateTimeException senseless) {
      return Optional.empty();
    }
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
    return Optional.of(
        new RunState(
            json.path("pid").longValue(),
            text(json, "process_started_at").map(Instant::parse),
            json.path("alknet_version").asString(""),
            addresses,
            texts(json.path("alpns")),
            fingerprint,
            text(json, "store").map(Path::of),
            text(json, "watch"),
            json.path("seen").asLong(0),
            json.path("peers").asInt(0),
            texts(json.path("peers_connected")),
            json.path("health").asString("unknown"),
            json.path("connections").asInt(0),
            numbers(json.path("connections_by_alpn")),
            json.path("remotes").values().stream().map(RunStateJson::remote).toList(),
            numbers(json.path("counters")),
            Instant.parse(json.path("updated_at").asString("")),
            json.has("http") ? Optional.of(http(json.path("http"))) : Optional.empty(),
            text(json, "configuration").map(Path::of),
            json.path("generation").asLong(0),
            json.has("last_reload")
                ? Optional.of(report(json.path("last_reload")))
                : Optional.empty()));
  }

  private static HttpState http(JsonNode json) {
    List<String> addresses = texts(json.path("addresses"));
    if (addresses.isEmpty()) {
      throw new IllegalArgumentException("an HTTP face without an address");
    }
    return new HttpState(
        addresses,
        Path.of(json.path("certificate_file").asString("")),
        json.path("certificate").asString(""),
        json.path("self_signed").asBoolean(false),
        Instant.parse(json.path("certificate_ends_at").asString("")),
        json.path("connections").asInt(0));
  }

  private static RemoteState remote(JsonNode json) {
    return new RemoteState(
        json.path("remote").asString(""),
        json.path("address").asString(""),
        RemoteState.Status.valueOf(json.path("status").asString("").toUpperCase(Locale.ROOT)),
        Instant.parse(json.path("since").asString("")),
        text(json, "peer_id"),
        json.has("imported") ? Optional.of(json.path("imported").asInt(0)) : Optional.empty(),
        json.path("attempts").asInt(0),
        text(json, "trouble"));
  }

  private static ReloadReport report(JsonNode json) {
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

  private static Optional<String> text(JsonNode json, String name) {
    return Optional.of(json.path(name).asString("")).filter(text -> !text.isEmpty());
  }

  private static Map<String, Long> numbers(JsonNode object) {
    Map<String, Long> numbers = new LinkedHashMap<>();
    object.properties().forEach(entry -> numbers.put(entry.getKey(), entry.getValue().asLong(0)));
    return numbers;
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.values().forEach(value -> texts.add(value.asString("")));
    return texts;
  }
}
