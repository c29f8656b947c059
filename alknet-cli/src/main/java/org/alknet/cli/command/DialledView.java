package org.alknet.cli.command;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.alknet.cli.assembly.RemoteState;

/** A remote that a node dials, as people and scripts see it. */
final class DialledView {
  private DialledView() {}

  static String text(RemoteState remote, Instant now) {
    StringBuilder text = new StringBuilder(remote.remote());
    if (!remote.remote().contains(remote.address())) {
      text.append(" at ").append(remote.address());
    }
    text.append("   ").append(status(remote)).append(" for ");
    text.append(StatusView.age(remote.since(), now));
    remote.peerId().ifPresent(id -> text.append(", peer ").append(id));
    remote.imported().ifPresent(count -> text.append(", imported ").append(count));
    remote.trouble().ifPresent(trouble -> text.append(": ").append(trouble));
    return text.toString();
  }

  static Map<String, Object> json(RemoteState remote) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("remote", remote.remote());
    data.put("address", remote.address());
    data.put("status", status(remote));
    data.put("since", remote.since());
    data.put("peer_id", remote.peerId());
    data.put("imported", remote.imported());
    data.put("attempts", remote.attempts());
    data.put("trouble", remote.trouble());
    return data;
  }

  private static String status(RemoteState remote) {
    return remote.status().name().toLowerCase(Locale.ROOT);
  }
}
