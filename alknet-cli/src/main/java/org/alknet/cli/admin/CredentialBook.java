package org.alknet.cli.admin;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.alknet.cli.assembly.DataDirectory;
import org.alknet.cli.assembly.NodeConfig;
import org.alknet.cli.assembly.NodeException;
import org.alknet.cli.assembly.SavedRemote;
import org.alknet.cli.assembly.SavedRemotes;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;
import org.alknet.store.sqlite.ProviderInfo;
import org.alknet.store.sqlite.SqliteStore;

/** What is known about the stored credentials without decrypting any of them. */
public final class CredentialBook {
  private CredentialBook() {}

  /**
   * One credential.
   *
   * <p>Immutable.
   *
   * @param provider its name
   * @param keyVersion version of the key it is encrypted with
   * @param bytes length of what is encrypted, the cipher's tag included
   * @param usedBy operations and remotes that ask for it
   */
  public record Entry(String provider, long keyVersion, int bytes, List<String> usedBy) {
    /** Copies. */
    public Entry {
      usedBy = List.copyOf(usedBy);
    }
  }

  /**
   * Returns what is known about all credentials of a store, by name.
   *
   * @throws NodeException if the remotes cannot be read
   */
  public static List<Entry> all(
      SqliteStore store, DataDirectory directory, Optional<NodeConfig> config)
      throws NodeException {
    SavedRemotes remotes = SavedRemotes.load(directory);
    List<Entry> entries = new ArrayList<>();
    for (ProviderInfo info : store.credentials().providers()) {
      int bytes =
          store.credentials().get(info.provider()).map(data -> data.data().length).orElse(0);
      List<String> usedBy = new ArrayList<>(ConfiguredOperations.using(config, info.provider()));
      remotes
          .byName()
          .forEach(
              (name, remote) -> {
                if (remote
                    .token()
                    .equals(Optional.of(new SavedRemote.Token.Credential(info.provider())))) {
                  usedBy.add("remote " + name);
                }
              });
      entries.add(new Entry(info.provider(), info.keyVersion(), bytes, usedBy));
    }
    return entries;
  }

  /**
   * Finds one of them.
   *
   * @throws CliException if there is none of this name
   */
  public static Entry find(List<Entry> entries, String provider) throws CliException {
    return entries.stream()
        .filter(entry -> entry.provider().equals(provider))
        .findFirst()
        .orElseThrow(
            () ->
                CliException.of(
                    ExitCodes.MISSING,
                    "there is no credential " + provider,
                    "alknet credential list  shows those there are."));
  }
}
