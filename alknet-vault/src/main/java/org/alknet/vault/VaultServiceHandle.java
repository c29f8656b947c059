package org.alknet.vault;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.alknet.vault.internal.RandomSource;
import org.alknet.vault.internal.Secrets;
import org.jspecify.annotations.Nullable;

/**
 * The node's root of trust: unlocked with a mnemonic, it derives keys and encrypts credentials.
 *
 * <p>Starts locked. "Unlocked" means that a seed is present, nothing else. One exclusive lock
 * guards seed and cache; it is held to fetch keys and never while stretching a phrase, ciphering or
 * calling foreign code. Each operation works on private copies of the keys it fetched under one
 * acquisition: it completes with the seed it started with or fails with {@code VAULT_LOCKED}, and
 * once {@link #lock} has returned nothing that starts later succeeds before the next unlock. Every
 * method checks the lock state before its arguments' content, except for null arguments and for a
 * key type that is switched off. A failed operation leaves the vault as it was.
 *
 * <p>Arrays passed in stay the caller's, who wipes them. Thread-safe. Blocks for about a
 * millisecond in unlock, for microseconds elsewhere. Specification: {@code spec/vault.md §11, §13}.
 */
public final class VaultServiceHandle implements AutoCloseable {
  private final VaultState state;
  private final BlobService blobs;
  private final RandomSource random;
  private final boolean secp256k1;

  private VaultServiceHandle(Builder builder) {
    VaultLog log = new VaultLog(builder.logger);
    this.random = builder.random;
    this.secp256k1 = builder.secp256k1;
    this.state =
        new VaultState(
            new KeyCache(builder.cacheConfig, builder.nanoTime),
            builder.autoLockAfter.map(
                idle -> new IdleLock(idle, builder.nanoTime, builder.timer.get())),
            log);
    this.blobs = new BlobService(state, random, log);
  }

  /** A locked vault with default settings: cache of one hour and 64 keys, no secp256k1. */
  public static VaultServiceHandle create() {
    return builder().build();
  }

  /** Settings for a vault. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Unlocks with an English phrase.
   *
   * @param passphrase null and empty mean the same: none; any other text unlocks another key set,
   *     see {@link #unlockExpecting}
   * @throws VaultException {@code ALREADY_UNLOCKED}, checked before the phrase is looked at; {@code
   *     MNEMONIC} if the phrase is not acceptable
   */
  public void unlock(char[] phrase, char @Nullable [] passphrase) {
    requireNonNull(phrase, "phrase");
    state.requireLocked();
    state.publish(seedOf(phrase, passphrase));
  }

  /**
   * Unlocks only if the key set has this identity, so that a mistyped passphrase is noticed. The
   * vault is never unlocked with another key set, not even for a moment.
   *
   * @param identityPublicKey the 32 bytes of the public key at {@link KeyPaths#IDENTITY}
   * @throws VaultException as {@link #unlock}; {@code MNEMONIC} if the identity differs
   */
  public void unlockExpecting(
      char[] phrase, char @Nullable [] passphrase, byte[] identityPublicKey) {
    requireNonNull(phrase, "phrase");
    requireNonNull(identityPublicKey, "identityPublicKey");
    state.requireLocked();
    if (identityPublicKey.length != KeyType.ED25519.publicKeyBytes()) {
      throw new IllegalArgumentException(
          "identityPublicKey has 32 bytes, got " + identityPublicKey.length);
    }
    state.publishExpecting(seedOf(phrase, passphrase), identityPublicKey);
  }

  /**
   * Generates a mnemonic, unlocks with it and returns its phrase; the caller closes the result.
   *
   * @param words 12, 15, 18, 21 or 24
   * @throws VaultException {@code ALREADY_UNLOCKED}; {@code MNEMONIC} for any other count
   */
  public SecretChars unlockNew(int words) {
    return unlockNew(words, null);
  }

  /** As {@link #unlockNew(int)}, with a passphrase; null and empty mean the same: none. */
  public SecretChars unlockNew(int words, char @Nullable [] passphrase) {
    state.requireLocked();
    try (Mnemonic mnemonic = Mnemonic.generate(words, random)) {
      state.publish(mnemonic.toSeed(passphrase));
      return mnemonic.phrase();
    }
  }

  /** Wipes the seed and every cached key. Does nothing if locked; never fails. */
  public void lock() {
    state.lock();
  }

  /** The same as {@link #lock}; the vault can be unlocked again. */
  @Override
  public void close() {
    lock();
  }

  /** Whether the vault is unlocked at this moment. */
  public boolean isUnlocked() {
    return state.isUnlocked();
  }

  /**
   * The Ed25519 key at the path; the caller closes it.
   *
   * @throws VaultException {@code VAULT_LOCKED}; {@code INVALID_PATH} if the text is malformed;
   *     {@code DERIVATION} if an index is not hardened
   */
  public DerivedKey deriveEd25519(String path) {
    return derive(KeyType.ED25519, parsing(path));
  }

  /** As {@link #deriveEd25519(String)}. */
  public DerivedKey deriveEd25519(DerivationPath path) {
    return derive(KeyType.ED25519, given(path));
  }

  /**
   * The AES-256-GCM key at the path; the caller closes it.
   *
   * @throws VaultException {@code VAULT_LOCKED}; {@code INVALID_PATH} if the text is malformed;
   *     {@code DERIVATION} if an index is not hardened
   */
  public DerivedKey deriveEncryptionKey(String path) {
    return derive(KeyType.AES_256_GCM, parsing(path));
  }

  /** As {@link #deriveEncryptionKey(String)}. */
  public DerivedKey deriveEncryptionKey(DerivationPath path) {
    return derive(KeyType.AES_256_GCM, given(path));
  }

  /**
   * The AES-256-GCM key of a key version; the caller closes it.
   *
   * @param version 2 … 2147483649
   * @throws VaultException {@code VAULT_LOCKED}; {@code INVALID_PATH} outside the range
   */
  public DerivedKey deriveEncryptionKeyForVersion(long version) {
    return derive(KeyType.AES_256_GCM, () -> KeyPaths.encryptionForVersion(version));
  }

  /**
   * The secp256k1 key at the path; the caller closes it.
   *
   * @throws VaultException {@code UNSUPPORTED_KEY_TYPE}, in either state, unless {@link
   *     Builder#secp256k1} was set; {@code VAULT_LOCKED}; {@code INVALID_PATH} if the text is
   *     malformed; {@code DERIVATION} if no key exists there
   */
  public DerivedKey deriveEthereumKey(String path) {
    requireSecp256k1();
    return derive(KeyType.SECP256K1, parsing(path));
  }

  /** As {@link #deriveEthereumKey(String)}. */
  public DerivedKey deriveEthereumKey(DerivationPath path) {
    requireSecp256k1();
    return derive(KeyType.SECP256K1, given(path));
  }

  /**
   * Encrypts a text, which may be empty, under the key of this version.
   *
   * @param version 2 … 2147483649; new blobs use {@link EncryptedData#CURRENT_KEY_VERSION}
   * @throws VaultException {@code VAULT_LOCKED}; {@code INVALID_PATH} for the version; {@code
   *     ENCRYPTION} with reason {@code ENCRYPT} if the text holds an unpaired surrogate
   */
  public EncryptedData encrypt(CharSequence text, long version) {
    requireNonNull(text, "text");
    return blobs.encrypt(version, () -> Secrets.utf8(text.toString()), true);
  }

  /** As {@link #encrypt(CharSequence, long)}; the array stays the caller's. */
  public EncryptedData encrypt(char[] text, long version) {
    requireNonNull(text, "text");
    return blobs.encrypt(version, () -> Secrets.utf8(text), true);
  }

  /**
   * As {@link #encrypt(CharSequence, long)} for text in UTF-8; the array stays the caller's. Bytes
   * that are not UTF-8 are refused with reason {@code ENCRYPT}, so that every blob holds text.
   */
  public EncryptedData encrypt(byte[] utf8, long version) {
    requireNonNull(utf8, "utf8");
    return blobs.encrypt(
        version,
        () -> {
          Secrets.requireUtf8(utf8);
          return utf8;
        },
        false);
  }

  /**
   * Decrypts to a string. Strings cannot be wiped: prefer {@link #decryptToBytes}.
   *
   * @throws VaultException {@code VAULT_LOCKED}; {@code INVALID_PATH} for the blob's version;
   *     {@code ENCRYPTION} with reason {@code DECODE} if a field is not strict Base64 or the nonce
   *     has not 12 bytes, and with reason {@code DECRYPT} and one message for everything else
   */
  public String decrypt(EncryptedData blob) {
    requireNonNull(blob, "blob");
    return blobs.decrypt(blob);
  }

  /** Decrypts to UTF-8 bytes that the caller closes; fails as {@link #decrypt}. */
  public SecretBytes decryptToBytes(EncryptedData blob) {
    requireNonNull(blob, "blob");
    return blobs.decryptToBytes(blob);
  }

  /**
   * Decrypts a blob and encrypts its text under another version, or under the same with a fresh
   * nonce. Both keys belong to one seed, whatever happens to the vault meanwhile. Touches no
   * storage.
   *
   * @param toVersion 2 … 2147483649, also lower than the blob's
   * @throws VaultException as {@link #decrypt}; {@code INVALID_PATH} for either version
   */
  public EncryptedData rotate(EncryptedData blob, long toVersion) {
    requireNonNull(blob, "blob");
    return blobs.rotate(blob, toVersion);
  }

  /**
   * An object that derives at and below the given paths only and goes on doing so after this vault
   * was locked; the caller closes it.
   *
   * @param prefixes at least one, each fully hardened and below the master key
   * @throws VaultException {@code VAULT_LOCKED}; {@code DERIVATION} if a prefix is not hardened
   */
  public ScopedDeriver scopedDeriver(Collection<DerivationPath> prefixes) {
    List<DerivationPath> copy = List.copyOf(prefixes);
    return state.whileUnlocked(keys -> ScopedDeriver.of(keys.seed(), copy));
  }

  /** Wipes cached keys older than their time to live now instead of at the next access. */
  public void evictExpired() {
    state.evictExpired();
  }

  /** Names no secret. */
  @Override
  public String toString() {
    return "VaultServiceHandle[" + (isUnlocked() ? "unlocked" : "locked") + "]";
  }

  /** Private bytes at a path of the Ed25519 tree, never cached; the caller wipes them. */
  byte[] derivePrivateBytesUncached(String path) {
    requireNonNull(path, "path");
    return state.whileUnlocked(
        keys -> KeyDerivation.slip10PrivateKey(keys.seed(), DerivationPath.parse(path)));
  }

  /** Seed and cache, for tests that look for zeros. */
  VaultState state() {
    return state;
  }

  private static Seed seedOf(char[] phrase, char @Nullable [] passphrase) {
    try (Mnemonic mnemonic = Mnemonic.fromPhrase(phrase, Language.ENGLISH)) {
      return mnemonic.toSeed(passphrase);
    }
  }

  private DerivedKey derive(KeyType type, Supplier<DerivationPath> path) {
    return state.whileUnlocked(keys -> keys.get(type, path.get()));
  }

  /** Parsed only once the vault is known to be unlocked. */
  private static Supplier<DerivationPath> parsing(String path) {
    requireNonNull(path, "path");
    return () -> DerivationPath.parse(path);
  }

  private static Supplier<DerivationPath> given(DerivationPath path) {
    requireNonNull(path, "path");
    return () -> path;
  }

  private void requireSecp256k1() {
    if (!secp256k1) {
      throw VaultException.unsupportedKeyType();
    }
  }

  /** Settings for a vault. Not thread-safe. */
  public static final class Builder {
    private CacheConfig cacheConfig = CacheConfig.defaults();
    private boolean secp256k1;
    private Optional<Duration> autoLockAfter = Optional.empty();
    private LongSupplier nanoTime = System::nanoTime;
    private RandomSource random = RandomSource.system();
    private Supplier<IdleLock.Timer> timer = IdleLock.DaemonTimer::new;
    private System.Logger logger = System.getLogger(VaultServiceHandle.class.getName());

    private Builder() {}

    /** How many keys are kept and for how long; one hour and 64 keys by default. */
    public Builder cacheConfig(CacheConfig cacheConfig) {
      this.cacheConfig = requireNonNull(cacheConfig, "cacheConfig");
      return this;
    }

    /** Whether secp256k1 keys are derived; off by default. */
    public Builder secp256k1(boolean enabled) {
      this.secp256k1 = enabled;
      return this;
    }

    /**
     * Locks the vault when no operation used it for this long; off by default. Meant for
     * interactive use; runs on a daemon thread of its own while the vault is unlocked.
     *
     * @param idle more than zero
     */
    public Builder autoLockAfter(Duration idle) {
      if (idle.isNegative() || idle.isZero()) {
        throw new IllegalArgumentException("autoLockAfter is more than zero, got " + idle);
      }
      this.autoLockAfter = Optional.of(idle);
      return this;
    }

    /** For tests: a monotonic clock in nanoseconds. */
    Builder nanoTime(LongSupplier nanoTime) {
      this.nanoTime = nanoTime;
      return this;
    }

    /** For tests: a scripted source of entropy, nonces and salts. */
    Builder random(RandomSource random) {
      this.random = random;
      return this;
    }

    /** For tests: a timer run by hand. */
    Builder timer(IdleLock.Timer timer) {
      this.timer = () -> timer;
      return this;
    }

    /** For tests: a logger that remembers its lines. */
    Builder logger(System.Logger logger) {
      this.logger = logger;
      return this;
    }

    /** A locked vault. */
    public VaultServiceHandle build() {
      return new VaultServiceHandle(this);
    }
  }
}
