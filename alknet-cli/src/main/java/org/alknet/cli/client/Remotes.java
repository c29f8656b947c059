package org.alknet.cli.client;

import java.util.Optional;
import org.alknet.cli.assembly.DataDirectory;
import org.alknet.cli.assembly.RunState;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;

/** Finds out whom a command is to talk to (spec/cli.md section 8). */
public final class Remotes {
  private Remotes() {}

  /**
   * Returns the remote that was named, else the running node of the data directory, pinned to its
   * key.
   *
   * @param named the value of {@code --remote}
   * @throws CliException if nothing was named and nothing runs, or the name means nothing
   */
  public static RemoteSpec resolve(Invocation invocation, Optional<String> named)
      throws CliException {
    Optional<String> remote = named.or(() -> invocation.context().variable("ALKNET_REMOTE"));
    return remote.isPresent() ? named(remote.get()) : local(invocation);
  }

  private static RemoteSpec named(String remote) throws CliException {
    if (RemoteSpec.looksLikeAddress(remote)) {
      return RemoteSpec.parse(remote);
    }
    throw CliException.of(
        ExitCodes.MISSING,
        "there is no remote named " + remote,
        "Give its address instead: -r [FINGERPRINT@]HOST:PORT, as serve prints it.");
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
    return new RemoteSpec(
        LocalAddress.ofListener(listening.address()), Optional.of(state.fingerprint()));
  }
}
