package org.alknet.cli.command;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.alknet.cli.admin.StatusHistory;
import org.alknet.cli.assembly.HttpState;
import org.alknet.cli.assembly.RunState;
import org.alknet.cli.context.Invocation;
import org.alknet.cli.output.Columns;
import org.alknet.cli.output.Escape;

/** The state of a node as people and scripts see it. */
final class StatusView {
  private static final String BARS = "▁▂▃▄▅▆▇█";
  private static final int SHOWN_PEERS = 8;
  private static final String ASCII_BARS = "_.-=+*#@";

  private final Invocation invocation;
  private final Results results;

  StatusView(Invocation invocation) {
    this.invocation = invocation;
    this.results = new Results(invocation);
  }

  /** Prints the state once. */
  void print(Optional<RunState> state) throws IOException {
    results.styled("status", json(state), lines(state, Instant.now(), List.of()));
  }

  /** Returns what a live view shows. */
  List<String> frame(StatusHistory history, Instant now) {
    List<String> lines = new ArrayList<>(lines(history.last(), now, history.connections()));
    lines.add("");
    for (StatusHistory.Event event : history.events()) {
      lines.add(results.field(time(event.at()), event.what()));
    }
    lines.add(invocation.styles().faint(time(now) + "   every half second; Ctrl-C ends this view"));
    int width = invocation.context().columns();
    return lines.stream().map(line -> Columns.cut(line, width, invocation.styles())).toList();
  }

  private static String time(Instant at) {
    return at.truncatedTo(ChronoUnit.SECONDS).toString().substring(11, 19);
  }

  private List<String> lines(Optional<RunState> found, Instant now, List<Integer> connections) {
    if (found.isEmpty()) {
      return List.of(
          invocation.styles().alarm("not running")
              + "   "
              + invocation.show(invocation.dataDirectory().root()));
    }
    RunState state = found.get();
    List<String> lines = new ArrayList<>();
    lines.add(
        results.field(
            "running",
            "process "
                + state.pid()
                + state.processStartedAt().map(start -> ", up " + age(start, now)).orElse("")
                + ", version "
                + state.version()));
    lines.add(results.field("node", state.fingerprint()));
    lines.add(
        results.field(
            "listening",
            String.join(", ", state.addresses()) + "/udp   " + String.join(" ", state.alpns())));
    state.http().ifPresent(http -> lines.add(results.field("http", http(http))));
    lines.add(
        (results.field("connections", connections(state)) + "   " + bars(connections))
            .stripTrailing());
    state
        .remotes()
        .forEach(remote -> lines.add(results.field("remote", DialledView.text(remote, now))));
    String peers =
        results.field(
            "peers",
            state.peers()
                + " in "
                + state.store().map(invocation::show).orElse("the configuration")
                + state.watch().map(mode -> ", watching (" + mode + ")").orElse("")
                + ", ");
    boolean well = state.health().equals("ok");
    lines.add(peers + " " + (well ? "ok" : invocation.styles().alarm(Escape.text(state.health()))));
    if (!state.connected().isEmpty()) {
      lines.add(results.field("connected", connected(state.connected())));
    }
    state
        .configuration()
        .ifPresent(
            file ->
                lines.add(
                    results.field(
                        "configuration",
                        invocation.show(file) + "   generation " + state.generation())));
    state
        .lastReload()
        .ifPresent(
            reload ->
                lines.add(results.field("last reload", reload.at() + "   " + reload.summary())));
    return lines;
  }

  /** Names a few, and says how many more there are. */
  private static String connected(List<String> peers) {
    int more = peers.size() - SHOWN_PEERS;
    return String.join(", ", peers.subList(0, Math.min(peers.size(), SHOWN_PEERS)))
        + (more > 0 ? " and " + more + " more" : "");
  }

  private static String http(HttpState http) {
    return http.url()
        + "   "
        + http.connections()
        + (http.connections() == 1 ? " connection" : " connections")
        + ", certificate until "
        + http.certificateEndsAt().truncatedTo(ChronoUnit.SECONDS)
        + (http.selfSigned() ? " (made by this node)" : "");
  }

  private static Map<String, Object> json(HttpState http) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("addresses", http.addresses());
    data.put("certificate_file", http.certificateFile());
    data.put("certificate", http.certificate());
    data.put("self_signed", http.selfSigned());
    data.put("certificate_ends_at", http.certificateEndsAt());
    data.put("connections", http.connections());
    return data;
  }

  private static String connections(RunState state) {
    String each =
        state.connectionsByAlpn().entrySet().stream()
            .map(entry -> entry.getKey() + " " + entry.getValue())
            .collect(Collectors.joining(", "));
    return state.connections() + (each.isEmpty() ? "" : " (" + each + ")");
  }

  /** Draws numbers as a row of bars, the highest of them in full. */
  private String bars(List<Integer> numbers) {
    int most = numbers.stream().max(Integer::compare).orElse(0);
    if (most == 0) {
      return "";
    }
    String signs = invocation.styles().unicode() ? BARS : ASCII_BARS;
    StringBuilder row = new StringBuilder();
    for (int number : numbers) {
      row.append(signs.charAt((int) ((long) number * (signs.length() - 1) / most)));
    }
    return row.toString();
  }

  static String age(Instant start, Instant now) {
    Duration age = Duration.between(start, now);
    if (age.toDays() > 0) {
      return age.toDays() + "d " + age.toHoursPart() + "h";
    }
    if (age.toHours() > 0) {
      return age.toHours() + "h " + age.toMinutesPart() + "m";
    }
    return age.toMinutes() > 0
        ? age.toMinutes() + "m " + age.toSecondsPart() + "s"
        : Math.max(0, age.toSeconds()) + "s";
  }

  /** Returns the document about a state. */
  static Map<String, Object> json(Optional<RunState> found) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("running", found.isPresent());
    if (found.isPresent()) {
      RunState state = found.get();
      data.put("pid", state.pid());
      data.put("process_started_at", state.processStartedAt());
      data.put("updated_at", state.updatedAt());
      data.put("alknet_version", state.version());
      data.put("addresses", state.addresses());
      data.put("alpns", state.alpns());
      data.put("fingerprint", state.fingerprint());
      data.put("http", state.http().map(StatusView::json));
      data.put("connections", state.connections());
      data.put("connections_by_alpn", state.connectionsByAlpn());
      data.put("remotes", state.remotes().stream().map(DialledView::json).toList());
      data.put("counters", state.counters());
      data.put("store", state.store());
      data.put("watch", state.watch());
      data.put("seen", state.seen());
      data.put("peers", state.peers());
      data.put("peers_connected", state.connected());
      data.put("health", state.health());
      data.put("configuration", state.configuration());
      data.put("generation", state.generation());
      data.put("last_reload", state.lastReload().map(ReloadView::json));
    }
    return data;
  }
}
