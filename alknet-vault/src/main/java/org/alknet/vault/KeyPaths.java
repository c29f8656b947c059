package org.alknet.vault;

/**
 * Where alknet's keys live in the tree. Changing one of these would give every node a new identity.
 *
 * <p>Thread-safe. Specification: {@code spec/vault.md §5.2}.
 */
public final class KeyPaths {
  /** The node's primary identity (Ed25519): TLS raw public key, signatures. */
  public static final DerivationPath IDENTITY = DerivationPath.parse("m/74'/0'/0'/0'");

  /** Above the identities of devices and workers; see {@link #device}. */
  public static final DerivationPath DEVICE_PREFIX = DerivationPath.parse("m/74'/0'/0'");

  /** The SSH host key (Ed25519). */
  public static final DerivationPath SSH_HOST = DerivationPath.parse("m/74'/0'/1'/0'");

  /** The encryption key of key version 2 (AES-256-GCM). */
  public static final DerivationPath ENCRYPTION = DerivationPath.parse("m/74'/2'/0'/0'");

  /** The first Ethereum account (secp256k1, BIP-44). */
  public static final DerivationPath ETHEREUM = DerivationPath.parse("m/44'/60'/0'/0/0");

  private static final DerivationPath ENCRYPTION_PREFIX = DerivationPath.parse("m/74'/2'/0'");
  private static final long FIRST_VERSION = 2;
  private static final long LAST_VERSION = FIRST_VERSION + DerivationPath.HARDENED - 1;

  private KeyPaths() {}

  /**
   * The identity of a device or worker; number 0 is {@link #IDENTITY}.
   *
   * @param index 0 … 2147483647
   * @throws VaultException of kind {@code INVALID_PATH} outside
   */
  public static DerivationPath device(long index) {
    return DEVICE_PREFIX.hardenedChild(index);
  }

  /**
   * The encryption key of a key version. Versions 0 and 1 belong to an older, password-based format
   * and are refused rather than mapped to a plausible but wrong key.
   *
   * @param version 2 … 2147483649
   * @throws VaultException of kind {@code INVALID_PATH} outside
   */
  public static DerivationPath encryptionForVersion(long version) {
    if (version < FIRST_VERSION || version > LAST_VERSION) {
      throw VaultException.invalidPath(
          "a key version is " + FIRST_VERSION + " to " + LAST_VERSION + ", got " + version);
    }
    return ENCRYPTION_PREFIX.hardenedChild(version - FIRST_VERSION);
  }
}
