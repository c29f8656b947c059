package org.alknet.cli.command;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.alknet.cli.admin.Reach;
import org.alknet.cli.context.Invocation;
import org.alknet.cli.output.TableWriter;
import org.alknet.core.identity.PeerEntry;

/** Peers as people and scripts see them; of a token only that there is one. */
final class PeerView {
  private final Invocation invocation;
  private final Results results;

  PeerView(Invocation invocation) {
    this.invocation = invocation;
    this.results = new Results(invocation);
  }

  void changed(String id, String action, Reach reach) throws IOException {
    changed(change(id, action, reach), reach);
  }

  /** Says what became of a peer, in the words of its document. */
  void changed(Map<String, Object> document, Reach reach) throws IOException {
    results.print(
        "peer.change",
        document,
        "peer \"" + document.get("peer_id") + "\" " + document.get("action") + " (" + reach + ")");
  }

  /** Returns the document about a change. */
  static Map<String, Object> change(String id, String action, Reach reach) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("peer_id", id);
    data.put("action", action);
    data.put("running", reach.running());
    data.put("live", reach.live().isPresent());
    data.put("live_after_ms", reach.live().map(time -> time.toNanos() / 1e6));
    return data;
  }

  void list(List<PeerEntry> peers, boolean detailed, boolean full) throws IOException {
    TableWriter table =
        detailed
            ? new TableWriter("ID", "STATE", "SCOPES", "RESOURCES", "TOKEN", "FINGERPRINTS")
            : new TableWriter("ID", "STATE", "SCOPES", "FINGERPRINTS");
    for (PeerEntry peer : peers) {
      table.row(cells(peer, detailed, detailed || full).toArray(String[]::new));
    }
    results.table(
        "peer.list", Map.of("peers", peers.stream().map(PeerView::json).toList()), table, full);
  }

  private List<String> cells(PeerEntry peer, boolean detailed, boolean whole) {
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
    boolean shorten = invocation.context().terminal() && !whole;
    cells.add(
        String.join(
            " ",
            peer.fingerprints().stream()
                .map(fp -> shorten ? invocation.styles().fingerprint(fp) : fp)
                .toList()));
    return cells;
  }

  void one(PeerEntry peer) throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add(results.field("peer", peer.peerId()));
    peer.displayName().ifPresent(name -> lines.add(results.field("name", name)));
    lines.add(results.field("state", peer.enabled() ? "enabled" : "disabled"));
    lines.add(results.field("scopes", String.join(" ", peer.scopes())));
    lines.add(results.field("resources", resources(peer)));
    lines.add(results.field("token", peer.authTokenHash().isPresent() ? "set" : "none"));
    peer.fingerprints().forEach(key -> lines.add(results.field("fingerprint", key)));
    results.styled("peer", json(peer), lines);
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
