package org.alknet.cli.command;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.alknet.cli.admin.Reach;
import org.alknet.cli.context.Invocation;
import org.alknet.cli.output.Escape;
import org.alknet.cli.output.JsonWriter;
import org.alknet.cli.output.TableWriter;
import org.alknet.core.identity.PeerEntry;

/** Peers as people and scripts see them; of a token only that there is one. */
final class PeerView {
  private final Invocation invocation;

  PeerView(Invocation invocation) {
    this.invocation = invocation;
  }

  void changed(String id, String action, Reach reach) throws IOException {
    if (invocation.options().json()) {
      Map<String, Object> data = new LinkedHashMap<>();
      data.put("peer_id", id);
      data.put("action", action);
      data.put("running", reach.running());
      data.put("live", reach.live().isPresent());
      data.put("live_after_ms", reach.live().map(time -> time.toNanos() / 1e6));
      invocation.result(JsonWriter.text("peer.change", data));
    } else {
      invocation.result(Escape.text("peer \"" + id + "\" " + action + " (" + reach + ")"));
    }
    invocation.context().out().flush();
  }

  void list(List<PeerEntry> peers, boolean detailed) throws IOException {
    if (invocation.options().json()) {
      invocation.result(
          JsonWriter.text(
              "peer.list", Map.of("peers", peers.stream().map(PeerView::json).toList())));
    } else {
      TableWriter table =
          detailed
              ? new TableWriter("ID", "STATE", "SCOPES", "RESOURCES", "TOKEN", "FINGERPRINTS")
              : new TableWriter("ID", "STATE", "SCOPES", "FINGERPRINTS");
      for (PeerEntry peer : peers) {
        table.row(cells(peer, detailed).toArray(String[]::new));
      }
      for (String line : table.lines(invocation.context().columns(), invocation.styles())) {
        invocation.result(line);
      }
    }
    invocation.context().out().flush();
  }

  private List<String> cells(PeerEntry peer, boolean detailed) {
    List<String> cells =
        new ArrayList<>(
            List.of(
                peer.peerId(),
                peer.enabled() ? "enabled" : "disabled",
                String.join(" ", peer.scopes())));
    if (detailed) {
      cells.add(resources(peer));
      cells.add(peer.authTokenHash().isPresent() ? "set" : "");
    }
    boolean shorten = invocation.context().terminal() && !detailed;
    cells.add(
        String.join(
            " ",
            peer.fingerprints().stream()
                .map(fp -> shorten ? invocation.styles().fingerprint(fp) : fp)
                .toList()));
    return cells;
  }

  void one(PeerEntry peer) throws IOException {
    if (invocation.options().json()) {
      invocation.result(JsonWriter.text("peer", json(peer)));
    } else {
      line("peer", peer.peerId());
      if (peer.displayName().isPresent()) {
        line("name", peer.displayName().get());
      }
      line("state", peer.enabled() ? "enabled" : "disabled");
      line("scopes", String.join(" ", peer.scopes()));
      line("resources", resources(peer));
      line("token", peer.authTokenHash().isPresent() ? "set" : "none");
      for (String fingerprint : peer.fingerprints()) {
        line("fingerprint", fingerprint);
      }
    }
    invocation.context().out().flush();
  }

  private void line(String name, String value) throws IOException {
    invocation.result((name + " ".repeat(13 - name.length()) + Escape.text(value)).strip());
  }

  private static String resources(PeerEntry peer) {
    List<String> pairs = new ArrayList<>();
    peer.resources().forEach((type, names) -> names.forEach(name -> pairs.add(type + "=" + name)));
    return String.join(" ", pairs);
  }

  private static Map<String, Object> json(PeerEntry peer) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("peer_id", peer.peerId());
    data.put("display_name", peer.displayName());
    data.put("enabled", peer.enabled());
    data.put("fingerprints", peer.fingerprints());
    data.put("auth_token", peer.authTokenHash().isPresent() ? "set" : "none");
    data.put("scopes", peer.scopes());
    data.put("resources", peer.resources());
    return data;
  }
}
