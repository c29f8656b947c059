package org.alknet.vault;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import javax.security.auth.Destroyable;

/**
 * Derives keys at and below a fixed set of paths and nowhere else: what a handler is given when it
 * needs keys per call.
 *
 * <p>Holds the nodes at those paths, not the seed, so it goes on working after the vault was locked
 * and cannot reach anything outside. Whoever holds it closes it. Thread-safe. Specification: {@code
 * spec/vault.md §17, §23 G20}.
 */
public final class ScopedDeriver implements AutoCloseable, Destroyable {
  private final List<ExtendedPrivateKey> parents;

  private ScopedDeriver(List<ExtendedPrivateKey> parents) {
    this.parents = List.copyOf(parents);
  }

  static ScopedDeriver of(Seed seed, List<DerivationPath> prefixes) {
    requireScope(prefixes);
    List<ExtendedPrivateKey> parents = new ArrayList<>();
    boolean complete = false;
    try {
      for (DerivationPath prefix : prefixes) {
        parents.add(Slip10Ed25519.derive(seed, prefix));
      }
      complete = true;
      return new ScopedDeriver(parents);
    } finally {
      if (!complete) {
        parents.forEach(ExtendedPrivateKey::close);
      }
    }
  }

  /**
   * The Ed25519 key at the path; the caller closes it.
   *
   * @throws VaultException {@code INVALID_PATH} if the path is outside the scope; {@code
   *     DERIVATION} if an index is not hardened
   * @throws IllegalStateException if this object was closed
   */
  public DerivedKey deriveEd25519(DerivationPath path) {
    try (ExtendedPrivateKey key = descend(path)) {
      return DerivedKey.owning(KeyType.ED25519, key.copyPrivateKey(), key.publicKey());
    }
  }

  /** The AES-256-GCM key at the path; otherwise as {@link #deriveEd25519}. */
  public DerivedKey deriveEncryptionKey(DerivationPath path) {
    try (ExtendedPrivateKey key = descend(path)) {
      return DerivedKey.owning(KeyType.AES_256_GCM, key.copyPrivateKey(), new byte[0]);
    }
  }

  /** The paths at and below which keys can be derived. */
  public List<DerivationPath> prefixes() {
    return parents.stream().map(ExtendedPrivateKey::path).toList();
  }

  /** Wipes the nodes; later calls do nothing. */
  @Override
  public void close() {
    parents.forEach(ExtendedPrivateKey::close);
  }

  /** Wipes the nodes; later calls do nothing. */
  @Override
  public void destroy() {
    close();
  }

  @Override
  public boolean isDestroyed() {
    return parents.stream().allMatch(ExtendedPrivateKey::isDestroyed);
  }

  @Override
  public String toString() {
    return "ScopedDeriver[prefixes=" + prefixes() + ", [REDACTED]]";
  }

  /** The nodes behind this object, for tests that look for zeros. */
  List<ExtendedPrivateKey> parents() {
    return parents;
  }

  private ExtendedPrivateKey descend(DerivationPath path) {
    requireNonNull(path, "path");
    ExtendedPrivateKey parent =
        parents.stream()
            .filter(candidate -> path.startsWith(candidate.path()))
            .findFirst()
            .orElseThrow(() -> VaultException.invalidPath(path + " is outside the scope"));
    return Slip10Ed25519.descend(parent, path);
  }

  private static void requireScope(List<DerivationPath> prefixes) {
    if (prefixes.isEmpty()) {
      throw new IllegalArgumentException("a scope has at least one path");
    }
    if (prefixes.stream().anyMatch(prefix -> prefix.depth() == 0)) {
      // The master node gives every key: that would be the vault itself under another name.
      throw new IllegalArgumentException("a scope is never the master key");
    }
  }
}
