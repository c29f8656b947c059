package org.alknet.cli.assembly;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.alknet.cli.config.NearMiss;
import org.alknet.core.credential.EncryptedData;
import org.alknet.core.identity.AuthToken;
import org.alknet.core.identity.PeerEntry;
import org.alknet.store.sqlite.SqliteStore;

/**
 * Finds out whom the entries of {@code [[connect]]} mean: an address, or a saved remote with its
 * token; the keys of a saved remote that has none are those of the peer of the same name
 * (spec/cli.md section 8).
 *
 * <p>Not thread-safe.
 */
final class RemoteLookup {
  private final NodeSettings settings;
  private final List<PeerEntry> peers;
  private final Optional<SqliteStore> store;
  private final Optional<NodeVault> vault;
  private final List<String> problems = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();

  /**
   * Prepares.
   *
   * @param peers whom the node knows
   * @param store with the credentials
   * @param vault unlocked, if there is one
   */
  RemoteLookup(
      NodeSettings settings,
      List<PeerEntry> peers,
      Optional<SqliteStore> store,
      Optional<NodeVault> vault) {
    this.settings = settings;
    this.peers = peers;
    this.store = store;
    this.vault = vault;
  }

  /**
   * Looks up every entry that can be; the rest is among the problems.
   *
   * @return belongs to the caller
   */
  List<RemoteToDial> resolve() {
    List<RemoteToDial> found = new ArrayList<>();
    List<NodeConfig.Connect> entries = settings.connect();
    for (int i = 0; i < entries.size(); i++) {
      resolve(i, entries.get(i)).ifPresent(found::add);
    }
    return found;
  }

  /** Returns what is wrong, with its place in the file. */
  List<String> problems() {
    return List.copyOf(problems);
  }

  /** Returns what works and may not be meant. */
  List<String> warnings() {
    return List.copyOf(warnings);
  }

  private Optional<RemoteToDial> resolve(int index, NodeConfig.Connect entry) {
    try {
      if (RemoteTarget.looksLikeAddress(entry.remote())) {
        return Optional.of(
            new RemoteToDial(entry, RemoteTarget.parse(entry.remote()), Optional.empty(), true));
      }
      SavedRemotes saved = SavedRemotes.load(settings.directory());
      SavedRemote remote =
          saved
              .find(entry.remote())
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "is neither an address, [FINGERPRINT@]HOST:PORT, nor the name of a saved"
                              + " remote"
                              + NearMiss.hint(entry.remote(), saved.byName().keySet())));
      return Optional.of(named(index, entry, remote));
    } catch (IllegalArgumentException wrong) {
      problems.add(settings.at("connect", index, "remote") + ": " + wrong.getMessage());
    } catch (NodeException unusable) {
      problems.add(settings.at("connect", index, "remote") + ": " + unusable.getMessage());
      problems.addAll(unusable.advice());
    }
    return Optional.empty();
  }

  private RemoteToDial named(int index, NodeConfig.Connect entry, SavedRemote remote)
      throws NodeException {
    Optional<PeerEntry> peer =
        peers.stream().filter(known -> known.peerId().equals(entry.remote())).findFirst();
    RemoteTarget target = RemoteTarget.of(remote);
    boolean byPeer = target.pins().isEmpty() && peer.isPresent();
    if (byPeer) {
      target = target.withPins(new HashSet<>(peer.get().fingerprints()));
    }
    return new RemoteToDial(entry, target, token(index, remote), !byPeer || peer.get().enabled());
  }

  private Optional<AuthToken> token(int index, SavedRemote remote) throws NodeException {
    if (remote.token().isEmpty()) {
      return Optional.empty();
    }
    return remote.token().get() instanceof SavedRemote.Token.Credential credential
        ? token(index, credential.provider())
        : Optional.of(token((SavedRemote.Token.File) remote.token().get()));
  }

  private AuthToken token(SavedRemote.Token.File file) throws NodeException {
    byte[] bytes = SecretFiles.read(settings.directory().root().resolve(file.path()));
    try {
      return AuthToken.of(bytes);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  private Optional<AuthToken> token(int index, String name) throws NodeException {
    Optional<EncryptedData> stored = store.flatMap(open -> open.credentials().get(name));
    if (stored.isEmpty() || vault.isEmpty()) {
      String missing =
          settings.at("connect", index, "remote")
              + ": goes without its token "
              + name
              + (stored.isPresent() ? ": no vault is open" : ": it is not stored");
      (settings.requireCredentials() ? problems : warnings).add(missing);
      return Optional.empty();
    }
    byte[] bytes = SecretText.utf8(vault.get().decrypt(name, stored.get()));
    try {
      return Optional.of(AuthToken.of(bytes));
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }
}
