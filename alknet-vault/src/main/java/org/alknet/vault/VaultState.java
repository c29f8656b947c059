package org.alknet.vault;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Seed and cache behind one exclusive lock; "unlocked" means that a seed is present.
 *
 * <p>Invariants: cached keys belong to the present seed, because both are published and wiped
 * together; the seed changes only from absent to present and back; what runs under the lock is our
 * own code and takes microseconds. State is computed first and published last, so that a failure
 * leaves it as it was.
 *
 * <p>Thread-safe. Specification: {@code spec/vault.md §13}.
 */
final class VaultState {
  private final ReentrantLock lock = new ReentrantLock();
  private final VaultLog log;

  @GuardedBy("lock")
  private final KeyCache cache;

  @GuardedBy("lock")
  private final Optional<IdleLock> idleLock;

  @GuardedBy("lock")
  private @Nullable Seed seed;

  VaultState(KeyCache cache, Optional<IdleLock> idleLock, VaultLog log) {
    this.cache = cache;
    this.idleLock = idleLock;
    this.log = log;
  }

  /** The keys of one seed, usable while the lock that handed it out is held. */
  final class Keys {
    private final Seed present;

    private Keys(Seed present) {
      this.present = present;
    }

    /** The cached or newly derived key; the caller closes it. */
    DerivedKey get(KeyType type, DerivationPath path) {
      return cachedOrDerived(present, type, path);
    }

    /** The seed itself, for derivations that bypass the cache; never closed by the caller. */
    Seed seed() {
      return present;
    }
  }

  /** Does the work under the lock with the keys of the present seed. */
  <T> T whileUnlocked(Function<Keys, T> work) {
    lock.lock();
    try {
      Seed present = seed;
      if (present == null) {
        throw VaultException.locked();
      }
      idleLock.ifPresent(IdleLock::touch);
      return work.apply(new Keys(present));
    } finally {
      lock.unlock();
    }
  }

  boolean isUnlocked() {
    lock.lock();
    try {
      return seed != null;
    } finally {
      lock.unlock();
    }
  }

  void requireLocked() {
    if (isUnlocked()) {
      throw VaultException.alreadyUnlocked();
    }
  }

  /** Takes the seed over: keeps it if the vault is still locked, wipes it otherwise. */
  void publish(Seed fresh) {
    boolean published = false;
    lock.lock();
    try {
      if (seed != null) {
        throw VaultException.alreadyUnlocked();
      }
      idleLock.ifPresent(idle -> idle.start(() -> lockIfIdle(fresh)));
      seed = fresh;
      published = true;
    } finally {
      lock.unlock();
      if (!published) {
        fresh.close();
      }
    }
    log.unlocked();
  }

  /** As {@link #publish}, but wipes a seed that has another identity. */
  void publishExpecting(Seed fresh, byte[] identityPublicKey) {
    boolean expected = false;
    try (ExtendedPrivateKey identity = Slip10Ed25519.derive(fresh, KeyPaths.IDENTITY)) {
      expected = MessageDigest.isEqual(identity.publicKey(), identityPublicKey);
    } finally {
      if (!expected) {
        fresh.close();
      }
    }
    if (!expected) {
      throw VaultException.mnemonic("phrase and passphrase give another identity than expected");
    }
    publish(fresh);
  }

  /** Wipes seed and cache; does nothing if locked. */
  void lock() {
    if (wipe()) {
      log.locked();
    }
  }

  void evictExpired() {
    lock.lock();
    try {
      cache.evictExpired();
    } finally {
      lock.unlock();
    }
  }

  /** What the cache holds, for tests. */
  <T> T inspectCache(Function<KeyCache, T> look) {
    lock.lock();
    try {
      return look.apply(cache);
    } finally {
      lock.unlock();
    }
  }

  private DerivedKey cachedOrDerived(Seed present, KeyType type, DerivationPath path) {
    // Only reached through Keys, which whileUnlocked hands out; taking the lock again is free.
    lock.lock();
    try {
      Optional<DerivedKey> hit = cache.get(type, path);
      if (hit.isPresent()) {
        return hit.get();
      }
      DerivedKey fresh = KeyDerivation.derive(present, type, path);
      cache.put(path, fresh);
      return fresh;
    } finally {
      lock.unlock();
    }
  }

  private boolean wipe() {
    lock.lock();
    try {
      Seed present = seed;
      if (present == null) {
        return false;
      }
      seed = null;
      present.close();
      cache.clear();
      idleLock.ifPresent(IdleLock::stop);
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** A check that outlived the seed it was started for does nothing: the next seed has its own. */
  private void lockIfIdle(Seed watched) {
    boolean wiped;
    lock.lock();
    try {
      wiped =
          seed == watched
              && idleLock.stream().anyMatch(idle -> idle.isIdle(() -> lockIfIdle(watched)))
              && wipe();
    } finally {
      lock.unlock();
    }
    if (wiped) {
      log.lockedWhenIdle();
    }
  }
}
