package org.alknet.cli.command;

import java.time.Duration;
import java.util.Optional;
import org.alknet.cli.client.Ping;
import org.alknet.cli.client.Session;
import org.alknet.cli.output.JsonWriter;
import tools.jackson.databind.node.ObjectNode;

/** The result of a ping as scripts see it. */
final class PingView {
  private PingView() {}

  static String json(Session session, Ping.Summary summary, Optional<String> known) {
    ObjectNode data =
        JsonWriter.object()
            .put("address", session.remote().address().toString())
            .put("verified_by", session.remote().pins().isEmpty() ? "authority" : "pin")
            .put("handshake_ms", number(session.handshake()));
    session.remoteFingerprint().ifPresent(print -> data.put("fingerprint", print));
    known.filter(id -> !id.isEmpty()).ifPresent(id -> data.put("known_as", id));
    data.put("sent", summary.sent()).put("lost", summary.lost());
    if (summary.lost() < summary.sent()) {
      data.put("min_ms", number(summary.min()))
          .put("avg_ms", number(summary.average()))
          .put("max_ms", number(summary.max()))
          .put("p99_ms", number(summary.p99()));
    }
    return JsonWriter.compact(JsonWriter.document("ping", data));
  }

  private static double number(Duration duration) {
    return Math.round(duration.toNanos() / 10_000.0) / 100.0;
  }
}
