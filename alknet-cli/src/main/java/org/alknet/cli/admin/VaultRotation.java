package org.alknet.cli.admin;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.alknet.cli.assembly.NodeException;
import org.alknet.cli.assembly.NodeStore;
import org.alknet.cli.assembly.NodeVault;
import org.alknet.core.credential.EncryptedData;
import org.alknet.store.sqlite.ProviderInfo;
import org.alknet.store.sqlite.SqliteStore;

/**
 * Encrypts stored credentials with the key of another version, one after the other. Each is one
 * write: whatever ends the process, every credential is readable, under its old version or the new
 * one, and the next run goes on with those that are left.
 *
 * <p>Not thread-safe.
 */
public final class VaultRotation {
  /** Hears of each credential, as soon as its write is durable. */
  @FunctionalInterface
  public interface Listener {
    /** Hears of one. */
    void done(Step step) throws IOException;
  }

  /** What became of a credential. */
  public enum Outcome {
    /** It has the new version. */
    ROTATED,
    /** It had it before. */
    SKIPPED,
    /** It is as it was. */
    FAILED
  }

  /**
   * One credential.
   *
   * <p>Immutable.
   *
   * @param provider its name
   * @param from version it had
   * @param outcome what became of it
   * @param reason why it failed; empty if it did not
   */
  public record Step(String provider, long from, Outcome outcome, String reason) {}

  private final SqliteStore store;
  private final NodeVault vault;
  private final long version;

  /** Rotates what is in a store to a version of the vault's key. */
  public VaultRotation(SqliteStore store, NodeVault vault, long version) {
    this.store = store;
    this.vault = vault;
    this.version = version;
  }

  /** Returns which credentials would be rotated. */
  public List<ProviderInfo> pending(List<String> only) {
    return store.credentials().providers().stream()
        .filter(info -> only.isEmpty() || only.contains(info.provider()))
        .filter(info -> info.keyVersion() != version)
        .toList();
  }

  /**
   * Rotates.
   *
   * @param only names of credentials; all if empty
   * @throws IOException what the listener throws, which ends the rotation
   */
  public List<Step> run(List<String> only, Listener listener) throws IOException {
    List<Step> steps = new ArrayList<>();
    for (ProviderInfo info : store.credentials().providers()) {
      if (only.isEmpty() || only.contains(info.provider())) {
        Step step = rotate(info);
        steps.add(step);
        listener.done(step);
      }
    }
    return steps;
  }

  private Step rotate(ProviderInfo info) {
    String provider = info.provider();
    if (info.keyVersion() == version) {
      return new Step(provider, info.keyVersion(), Outcome.SKIPPED, "");
    }
    try {
      Optional<EncryptedData> before = store.credentials().get(provider);
      if (before.isEmpty()) {
        return new Step(provider, info.keyVersion(), Outcome.FAILED, "it was just deleted");
      }
      EncryptedData after = vault.rotate(provider, before.get(), version);
      if (!store.credentials().get(provider).equals(before)) {
        return new Step(provider, info.keyVersion(), Outcome.FAILED, "it was just replaced");
      }
      NodeStore.await("cannot store " + provider, store.credentials().put(provider, after));
      return new Step(provider, info.keyVersion(), Outcome.ROTATED, "");
    } catch (NodeException failed) {
      return new Step(
          provider, info.keyVersion(), Outcome.FAILED, String.valueOf(failed.getMessage()));
    }
  }
}
