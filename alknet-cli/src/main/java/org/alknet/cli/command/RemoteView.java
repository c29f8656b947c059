package org.alknet.cli.command;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.alknet.cli.assembly.SavedRemote;
import org.alknet.cli.assembly.SavedRemotes;
import org.alknet.cli.client.ClientIdentity;
import org.alknet.cli.client.RemoteSpec;
import org.alknet.cli.client.Session;
import org.alknet.cli.context.Interrupts;
import org.alknet.cli.context.Invocation;
import org.alknet.cli.output.Escape;
import org.alknet.cli.output.TableWriter;

/** Saved remotes as people and scripts see them. */
final class RemoteView {
  private final Invocation invocation;
  private final Results results;

  RemoteView(Invocation invocation) {
    this.invocation = invocation;
    this.results = new Results(invocation);
  }

  /** Dials, and says on standard error who answered; fails if that is not who was expected. */
  void presented(String name, SavedRemote remote) throws Exception {
    invocation.prepareClient();
    try (Session session =
        Session.open(
            RemoteSpec.saved(name, remote).trusting(invocation),
            ClientIdentity.of(
                invocation,
                false,
                remote.identity().map(file -> invocation.context().resolve(file))),
            Interrupts.install(invocation.context().platform()),
            Session.Limits.of(RemoteOptions.limit(invocation)))) {
      invocation.note(
          Escape.text(
              session.remote().address()
                  + " presented "
                  + session.remoteFingerprint().orElse("no key")
                  + "; verified by "
                  + session.verifiedBy()));
    }
  }

  void changed(String name, String action, SavedRemote remote, boolean selected)
      throws IOException {
    Map<String, Object> data = json(name, remote, selected);
    data.put("action", action);
    results.print(
        "remote.change",
        data,
        "remote \"" + name + "\" " + action + (selected ? ", and selected" : ""));
  }

  void list(SavedRemotes remotes, boolean full) throws IOException {
    TableWriter table = new TableWriter("", "NAME", "ADDRESS", "FINGERPRINTS", "IDENTITY", "TOKEN");
    List<Map<String, Object>> all = new ArrayList<>();
    remotes
        .byName()
        .forEach(
            (name, remote) -> {
              boolean selected = remotes.selected().equals(Optional.of(name));
              all.add(json(name, remote, selected));
              table.row(
                  selected ? "*" : "",
                  name,
                  remote.address(),
                  remote.fingerprints().isEmpty()
                      ? "(authority)"
                      : String.join(
                          " ",
                          remote.fingerprints().stream().map(pin -> shown(pin, full)).toList()),
                  remote
                      .identity()
                      .map(invocation.context()::resolve)
                      .map(invocation::show)
                      .orElse(""),
                  token(remote));
            });
    results.table("remote.list", Map.of("remotes", all), table, full);
  }

  void one(String name, SavedRemote remote, boolean selected) throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add(results.field("remote", name + (selected ? "   (selected)" : "")));
    lines.add(results.field("address", remote.address()));
    remote.fingerprints().forEach(pin -> lines.add(results.field("fingerprint", pin)));
    if (remote.fingerprints().isEmpty()) {
      lines.add(results.field("trusted by", "certificate authority"));
    }
    remote.serverName().ifPresent(host -> lines.add(results.field("server name", host)));
    lines.add(results.field("identity", remote.identity().orElse("operator.key")));
    lines.add(results.field("token", token(remote)));
    results.styled("remote", json(name, remote, selected), lines);
  }

  private String shown(String fingerprint, boolean full) {
    return invocation.context().terminal() && !full
        ? invocation.styles().fingerprint(fingerprint)
        : fingerprint;
  }

  private static String token(SavedRemote remote) {
    if (remote.token().isEmpty()) {
      return "none";
    }
    return remote.token().get() instanceof SavedRemote.Token.File file
        ? file.path()
        : "in the vault";
  }

  private static Map<String, Object> json(String name, SavedRemote remote, boolean selected) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("name", name);
    data.put("address", remote.address());
    data.put("fingerprints", remote.fingerprints());
    data.put("server_name", remote.serverName());
    data.put("identity", remote.identity());
    data.put("token", token(remote));
    data.put("selected", selected);
    return data;
  }
}
