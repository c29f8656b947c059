package org.alknet.cli.command;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.alknet.cli.admin.Peers;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import org.alknet.core.identity.PeerEntry;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code alknet peer rotate} (spec/cli.md section 9.11). */
@Command(
    name = "rotate",
    header = {
      "Give a peer another key.",
      "",
      "  alknet peer rotate worker-a --keep-old 24h \\",
      "    --fingerprint ed25519:"
          + "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
      "  alknet peer rotate worker-a \\",
      "    --fingerprint ed25519:"
          + "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
      "",
      "Without --keep-old the old key is withdrawn at once and its live connections are closed.",
      "With it both are valid until rotate is run again; nothing happens by itself.",
      ""
    })
public final class PeerRotateCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(paramLabel = "ID", description = "id of the peer")
  private String id = "";

  @Option(
      names = "--fingerprint",
      paramLabel = "NEW",
      required = true,
      description = "the new key, repeatable")
  private List<String> fingerprints = List.of();

  @Option(
      names = "--keep-old",
      paramLabel = "DURATION",
      description = "keep the old key valid, and say how to withdraw it after this time")
  private @Nullable Duration keepOld;

  /** Creates the command. */
  public PeerRotateCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws Exception {
    List<String> next = PeerOptions.fingerprints(fingerprints);
    try (Peers peers = LocalData.of(invocation).openPeers()) {
      new PeerView(invocation)
          .changed(id, "rotated", peers.update(id, peer -> rotated(peer, next)));
    }
    if (keepOld != null) {
      invocation.note("the old key is still valid; withdraw it in " + spell(keepOld) + " with:");
      invocation.note(
          "  alknet peer rotate " + id + " --fingerprint " + String.join(" --fingerprint ", next));
    }
    return ExitCodes.OK;
  }

  private PeerEntry rotated(PeerEntry peer, List<String> next) {
    List<String> keys = new ArrayList<>(next);
    if (keepOld != null) {
      peer.fingerprints().stream().filter(old -> !keys.contains(old)).forEach(keys::add);
    }
    return peer.toBuilder().fingerprints(keys).build();
  }

  private static String spell(Duration duration) {
    return duration.toHours() > 0 ? duration.toHours() + " h" : duration.toMinutes() + " min";
  }
}
