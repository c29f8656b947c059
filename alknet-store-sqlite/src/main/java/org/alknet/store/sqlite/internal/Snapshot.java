package org.alknet.store.sqlite.internal;

import java.util.ArrayList;
import java.util.List;

/**
 * What readers see: one consistent state of both tables.
 *
 * <p>Immutable.
 *
 * @param peers the peers
 * @param credentials the credentials
 * @param seen the highest notification id this state includes
 * @param generation counts the states of this process
 * @param badPeers rows of peers that were left out, with the reason
 * @param badCredentials rows of credentials that were left out, with the reason
 */
public record Snapshot(
    PeerIndex peers,
    CredentialIndex credentials,
    long seen,
    long generation,
    List<String> badPeers,
    List<String> badCredentials) {
  /** Nothing, before the first load and after the end. */
  public static final Snapshot EMPTY =
      new Snapshot(PeerIndex.EMPTY, CredentialIndex.EMPTY, 0, 0, List.of(), List.of());

  /** Copies the lists. */
  public Snapshot {
    badPeers = List.copyOf(badPeers);
    badCredentials = List.copyOf(badCredentials);
  }

  /** Returns every row that was left out, and every peer with a contested credential. */
  public List<String> badRows() {
    List<String> all = new ArrayList<>(badPeers);
    peers.contested().forEach(id -> all.add("peer " + id + ": a credential is contested"));
    all.addAll(badCredentials);
    return all;
  }
}
