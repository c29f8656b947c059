package org.alknet.cli.client;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.alknet.cli.admin.Peers;
import org.alknet.cli.assembly.DataDirectory;
import org.alknet.cli.assembly.NodeConfig;
import org.alknet.cli.assembly.NodeException;
import org.alknet.cli.assembly.RunState;
import org.alknet.cli.assembly.SavedRemote;
import org.alknet.cli.assembly.SavedRemotes;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;

/** Finds out whom a command is to talk to (spec/cli.md section 8). */
public final class Remotes {
  private Remotes() {}

  /**
   * Returns the remote that was named: an address, the name of a saved remote, or the id of a peer
   * whose key a saved remote has. Without a name it is the remote that was selected, else the
   * running node of the data directory, pinned to its key.
   *
   * @param named the value of {@code --remote}
   * @throws CliException if nothing was named and nothing runs, or the name means nothing
   * @throws NodeException if the saved remotes or the peers cannot be read
   */
  public static Target resolve(Invocation invocation, Optional<String> named)
      throws CliException, NodeException {
    Optional<String> remote = named.or(() -> invocation.context().variable("ALKNET_REMOTE"));
    if (remote.isPresent() && RemoteSpec.looksLikeAddress(remote.get())) {
      return new Target(RemoteSpec.parse(remote.get()).trusting(invocation), Optional.empty());
    }
    SavedRemotes saved = SavedRemotes.load(invocation.dataDirectory());
    if (remote.isPresent()) {
      return named(invocation, saved, remote.get());
    }
    return saved.selected().isPresent()
        ? target(invocation, saved, saved.selected().get())
        : new Target(local(invocation), Optional.empty());
  }

  private static Target named(Invocation invocation, SavedRemotes saved, String name)
      throws CliException, NodeException {
    if (saved.find(name).isPresent()) {
      return target(invocation, saved, name);
    }
    Optional<String> ofPeer =
        saved.byName().isEmpty() ? Optional.empty() : ofPeer(invocation, saved, name);
    return target(
        invocation,
        saved,
        ofPeer.orElseThrow(
            () ->
                CliException.of(
                    ExitCodes.MISSING,
                    "there is no remote named " + name,
                    "alknet remote list  shows the names there are; or give the address:",
                    "-r [FINGERPRINT@]HOST:PORT, as serve prints it.")));
  }

  private static Target target(Invocation invocation, SavedRemotes saved, String name)
      throws CliException, NodeException {
    SavedRemote remote = saved.find(name).orElseThrow();
    return new Target(RemoteSpec.saved(name, remote).trusting(invocation), Optional.of(remote));
  }

  /** The peers are known by their keys, and so are remotes: that is what they have in common. */
  private static Optional<String> ofPeer(Invocation invocation, SavedRemotes saved, String peerId)
      throws NodeException {
    DataDirectory directory = invocation.dataDirectory();
    Optional<Path> file = invocation.configuration();
    Optional<NodeConfig> config =
        file.isEmpty() ? Optional.empty() : Optional.of(NodeConfig.load(file.get(), directory));
    invocation.prepareClient();
    List<String> keys =
        Peers.all(directory, config).stream()
            .filter(peer -> peer.peerId().equals(peerId))
            .flatMap(peer -> peer.fingerprints().stream())
            .toList();
    return saved.byName().entrySet().stream()
        .filter(remote -> remote.getValue().fingerprints().stream().anyMatch(keys::contains))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  private static RemoteSpec local(Invocation invocation) throws CliException {
    DataDirectory directory = invocation.dataDirectory();
    RunState state =
        RunState.ofRunningNode(directory)
            .orElseThrow(
                () ->
                    CliException.of(
                        ExitCodes.USAGE,
                        "no remote given, and no node runs on " + invocation.show(directory.root()),
                        "Start one in another terminal:  alknet serve",
                        "or name a remote:               -r FINGERPRINT@HOST:PORT"));
    RemoteSpec listening = RemoteSpec.parse(state.addresses().get(0));
    return RemoteSpec.of(LocalAddress.ofListener(listening.address()), state.fingerprint());
  }
}
