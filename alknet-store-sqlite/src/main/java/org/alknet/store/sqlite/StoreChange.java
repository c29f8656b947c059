package org.alknet.store.sqlite;

import java.util.Objects;
import java.util.Set;

/**
 * The difference between two states of the store: ids and names only. A renamed peer is removed
 * under one id and added under the other. A peer may be in several of the sets.
 *
 * <p>Immutable.
 *
 * @param added peers that are new
 * @param removed peers that are gone
 * @param disabled peers that were enabled
 * @param enabled peers that were disabled
 * @param recredentialed peers with other fingerprints or another token
 * @param rescoped peers with other scopes or resources
 * @param providersAdded credentials that are new
 * @param providersReplaced credentials with other content
 * @param providersRemoved credentials that are gone
 * @param source who made it
 * @param generation the state it led to
 */
public record StoreChange(
    Set<String> added,
    Set<String> removed,
    Set<String> disabled,
    Set<String> enabled,
    Set<String> recredentialed,
    Set<String> rescoped,
    Set<String> providersAdded,
    Set<String> providersReplaced,
    Set<String> providersRemoved,
    Source source,
    long generation) {
  /** Who made a change. */
  public enum Source {
    /** This process, perhaps together with others. */
    LOCAL,
    /** Another process. */
    EXTERNAL
  }

  /** Copies the sets. */
  public StoreChange {
    added = Set.copyOf(added);
    removed = Set.copyOf(removed);
    disabled = Set.copyOf(disabled);
    enabled = Set.copyOf(enabled);
    recredentialed = Set.copyOf(recredentialed);
    rescoped = Set.copyOf(rescoped);
    providersAdded = Set.copyOf(providersAdded);
    providersReplaced = Set.copyOf(providersReplaced);
    providersRemoved = Set.copyOf(providersRemoved);
    Objects.requireNonNull(source, "source");
  }

  /** Whether both states are the same. */
  public boolean isEmpty() {
    return !touchesPeers() && !touchesCredentials();
  }

  /** Whether any peer differs. */
  public boolean touchesPeers() {
    return !added.isEmpty()
        || !removed.isEmpty()
        || !disabled.isEmpty()
        || !enabled.isEmpty()
        || !recredentialed.isEmpty()
        || !rescoped.isEmpty();
  }

  /** Whether any credential differs. */
  public boolean touchesCredentials() {
    return !providersAdded.isEmpty() || !providersReplaced.isEmpty() || !providersRemoved.isEmpty();
  }
}
