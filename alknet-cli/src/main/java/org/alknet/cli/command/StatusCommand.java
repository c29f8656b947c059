package org.alknet.cli.command;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.alknet.cli.admin.LocalNode;
import org.alknet.cli.assembly.ReloadReport;
import org.alknet.cli.assembly.RemoteState;
import org.alknet.cli.assembly.RunState;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import org.alknet.cli.output.Escape;
import org.alknet.cli.output.JsonWriter;
import picocli.CommandLine.Command;

/** {@code alknet status}: the running node (spec/cli.md section 9.3). */
@Command(
    name = "status",
    header = {
      "Show the node that runs on this data directory.",
      "",
      "  alknet status",
      "  alknet status --json",
      ""
    })
public final class StatusCommand implements Callable<Integer> {
  private final Invocation invocation;

  /** Creates the command. */
  public StatusCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws Exception {
    Optional<LocalNode> node = LocalNode.find(invocation.dataDirectory());
    if (invocation.options().json()) {
      invocation.result(
          JsonWriter.text(
              "status", node.map(n -> json(n.state())).orElse(Map.of("running", false))));
    } else if (node.isPresent()) {
      print(node.get().state());
    } else {
      invocation.result("not running   " + invocation.show(invocation.dataDirectory().root()));
    }
    invocation.context().out().flush();
    return node.isPresent() ? ExitCodes.OK : ExitCodes.MISSING;
  }

  private void print(RunState state) throws Exception {
    line(
        "running",
        "process "
            + state.pid()
            + state.processStartedAt().map(start -> ", up " + age(start)).orElse("")
            + ", version "
            + state.version());
    line("node", state.fingerprint());
    line(
        "listening",
        String.join(", ", state.addresses()) + "/udp   " + String.join(" ", state.alpns()));
    line("connections", connections(state));
    for (RemoteState remote : state.remotes()) {
      line("remote", describe(remote));
    }
    line(
        "peers",
        state.peers()
            + " in "
            + state.store().map(invocation::show).orElse("the configuration")
            + state.watch().map(mode -> ", watching (" + mode + ")").orElse("")
            + ", "
            + state.health());
    if (state.configuration().isPresent()) {
      line(
          "configuration",
          invocation.show(state.configuration().get()) + "   generation " + state.generation());
    }
    if (state.lastReload().isPresent()) {
      ReloadReport reload = state.lastReload().get();
      line("last reload", reload.at() + "   " + reload.summary());
    }
  }

  private static String connections(RunState state) {
    String each =
        state.connectionsByAlpn().entrySet().stream()
            .map(entry -> entry.getKey() + " " + entry.getValue())
            .collect(Collectors.joining(", "));
    return state.connections() + (each.isEmpty() ? "" : "   (" + each + ")");
  }

  private static String describe(RemoteState remote) {
    StringBuilder text = new StringBuilder(remote.remote());
    if (!remote.remote().contains(remote.address())) {
      text.append(" at ").append(remote.address());
    }
    text.append("   ").append(name(remote.status())).append(" for ").append(age(remote.since()));
    remote.peerId().ifPresent(id -> text.append(", peer ").append(id));
    remote.imported().ifPresent(count -> text.append(", imported ").append(count));
    remote.trouble().ifPresent(trouble -> text.append(": ").append(trouble));
    return text.toString();
  }

  private static String name(RemoteState.Status status) {
    return status.name().toLowerCase(Locale.ROOT);
  }

  private void line(String name, String value) throws Exception {
    invocation.result(
        invocation.styles().faint(name + " ".repeat(15 - name.length())) + Escape.text(value));
  }

  private static String age(Instant start) {
    Duration age = Duration.between(start, Instant.now());
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

  private static Map<String, Object> json(RunState state) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("running", true);
    data.put("pid", state.pid());
    data.put("process_started_at", state.processStartedAt());
    data.put("updated_at", state.updatedAt());
    data.put("alknet_version", state.version());
    data.put("addresses", state.addresses());
    data.put("alpns", state.alpns());
    data.put("fingerprint", state.fingerprint());
    data.put("connections", state.connections());
    data.put("connections_by_alpn", state.connectionsByAlpn());
    data.put("remotes", state.remotes().stream().map(StatusCommand::json).toList());
    data.put("counters", state.counters());
    data.put("store", state.store());
    data.put("watch", state.watch());
    data.put("seen", state.seen());
    data.put("peers", state.peers());
    data.put("health", state.health());
    data.put("configuration", state.configuration());
    data.put("generation", state.generation());
    data.put("last_reload", state.lastReload().map(ReloadView::json));
    return data;
  }

  private static Map<String, Object> json(RemoteState remote) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("remote", remote.remote());
    data.put("address", remote.address());
    data.put("status", name(remote.status()));
    data.put("since", remote.since());
    data.put("peer_id", remote.peerId());
    data.put("imported", remote.imported());
    data.put("attempts", remote.attempts());
    data.put("trouble", remote.trouble());
    return data;
  }
}
