package org.alknet.cli.assembly;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.alknet.core.credential.EncryptedData;
import org.alknet.core.tls.Ed25519SecretKey;
import org.alknet.vault.DerivedKey;
import org.alknet.vault.KeyEncodings;
import org.alknet.vault.KeyPaths;
import org.alknet.vault.SecretBytes;
import org.alknet.vault.VaultException;
import org.alknet.vault.VaultServiceHandle;
import org.alknet.vault.keystore.KdfCost;
import org.alknet.vault.keystore.Keystore;
import org.alknet.vault.keystore.KeystoreException;

/**
 * The vault as the tool uses it: a keystore file that is opened, used and locked again. Nothing
 * here talks to a network. Arrays passed in stay the caller's, who wipes them.
 *
 * <p>Thread-safe. Unlocked until {@link #close()}.
 */
public final class NodeVault implements AutoCloseable {
  /** Version of the key with which new credentials are encrypted. */
  public static final long KEY_VERSION = org.alknet.vault.EncryptedData.CURRENT_KEY_VERSION;

  private final VaultServiceHandle vault;
  private final String fingerprint;
  private volatile boolean open = true;

  private NodeVault(VaultServiceHandle vault, String fingerprint) {
    this.vault = vault;
    this.fingerprint = fingerprint;
  }

  /**
   * Opens a keystore and unlocks the vault.
   *
   * @param passphrase the BIP-39 passphrase; empty for none
   * @param expected what the identity has to be; any passphrase opens some vault, and this tells a
   *     mistyped one
   * @throws NodeException if it cannot be opened, or leads to another identity
   */
  public static NodeVault unlock(
      Path keystore, char[] password, char[] passphrase, Optional<String> expected)
      throws NodeException {
    VaultServiceHandle vault = VaultServiceHandle.create();
    try {
      Keystore.at(keystore).unlock(vault, password, passphrase);
      String found;
      try (DerivedKey identity = vault.deriveEd25519(KeyPaths.IDENTITY)) {
        found = KeyEncodings.fingerprint(identity);
      }
      if (expected.isPresent() && !expected.get().equals(found)) {
        throw new NodeException(
            NodeException.Kind.VAULT,
            "the vault leads to " + found + ", expected is " + expected.get(),
            "Another keystore, or a mistyped BIP-39 passphrase, gives another identity.");
      }
      return new NodeVault(vault, found);
    } catch (KeystoreException | VaultException refused) {
      vault.close();
      throw failure(keystore, refused);
    } catch (NodeException mismatch) {
      vault.close();
      throw mismatch;
    }
  }

  /**
   * Makes a keystore of an existing phrase.
   *
   * @throws NodeException if the phrase is none, if there is a keystore already, or it cannot be
   *     written
   */
  public static void importPhrase(Path keystore, char[] phrase, char[] password, KdfCost cost)
      throws NodeException {
    try {
      Keystore.at(keystore, cost).importPhrase(phrase, password);
    } catch (KeystoreException | VaultException refused) {
      throw failure(keystore, refused);
    }
  }

  /** Returns the fingerprint of the identity in the vault. */
  public String fingerprint() {
    return fingerprint;
  }

  /**
   * Returns the fingerprint of a device key.
   *
   * @param index of the device
   * @throws NodeException if there is no such index
   */
  public String deviceFingerprint(long index) throws NodeException {
    try (DerivedKey device = vault.deriveEd25519(KeyPaths.device(index))) {
      return KeyEncodings.fingerprint(device);
    } catch (VaultException refused) {
      throw new NodeException(
          NodeException.Kind.VAULT, String.valueOf(refused.getMessage()), refused, List.of());
    }
  }

  /** Returns the identity key, which the caller destroys. */
  Ed25519SecretKey identityKey() {
    try (DerivedKey identity = vault.deriveEd25519(KeyPaths.IDENTITY)) {
      byte[] seed = identity.copyPrivateKey();
      try {
        return Ed25519SecretKey.ofSeed(seed);
      } finally {
        Arrays.fill(seed, (byte) 0);
      }
    }
  }

  /**
   * Encrypts a credential.
   *
   * @param utf8 its text
   * @param version of the key
   * @throws NodeException if it is no text, or there is no such version
   */
  public EncryptedData encrypt(byte[] utf8, long version) throws NodeException {
    try {
      return stored(vault.encrypt(utf8, version));
    } catch (VaultException refused) {
      throw new NodeException(
          NodeException.Kind.VAULT, "cannot encrypt: " + refused.getMessage(), refused, List.of());
    }
  }

  /**
   * Decrypts a credential.
   *
   * @return its text, which the caller wipes
   * @throws NodeException if this vault did not encrypt it, or it is damaged
   */
  public char[] decrypt(String provider, EncryptedData data) throws NodeException {
    try (SecretBytes clear = vault.decryptToBytes(blob(data))) {
      return SecretText.characters(clear.copyBytes());
    } catch (VaultException refused) {
      throw new NodeException(
          NodeException.Kind.VAULT,
          "cannot decrypt the credential " + provider + ": " + refused.getMessage(),
          refused,
          List.of("alknet credential put " + provider + " --replace  stores it anew."));
    }
  }

  /**
   * Encrypts a credential anew, with the key of another version.
   *
   * @throws NodeException as {@link #decrypt}, or if there is no such version
   */
  public EncryptedData rotate(String provider, EncryptedData data, long version)
      throws NodeException {
    try {
      return stored(vault.rotate(blob(data), version));
    } catch (VaultException refused) {
      throw new NodeException(
          NodeException.Kind.VAULT,
          "cannot rotate the credential " + provider + ": " + refused.getMessage(),
          refused,
          List.of());
    }
  }

  private static EncryptedData stored(org.alknet.vault.EncryptedData blob) {
    Base64.Decoder decoder = Base64.getDecoder();
    return EncryptedData.of(
        blob.keyVersion(),
        decoder.decode(blob.salt()),
        decoder.decode(blob.iv()),
        decoder.decode(blob.data()));
  }

  private static org.alknet.vault.EncryptedData blob(EncryptedData data) {
    Base64.Encoder encoder = Base64.getEncoder();
    return new org.alknet.vault.EncryptedData(
        data.keyVersion(),
        encoder.encodeToString(data.salt()),
        encoder.encodeToString(data.iv()),
        encoder.encodeToString(data.data()));
  }

  /** Returns what a refusal of the vault means to a command. */
  public static NodeException failure(Path keystore, RuntimeException refused) {
    if (refused instanceof KeystoreException problem) {
      NodeException.Kind kind =
          switch (problem.kind()) {
            case UNSAFE_FILE, ALREADY_EXISTS -> NodeException.Kind.UNSAFE;
            case IO -> NodeException.Kind.STORE;
            default -> NodeException.Kind.VAULT;
          };
      List<String> advice =
          problem.kind() == KeystoreException.Kind.NOT_FOUND
              ? List.of("Make one:  alknet vault init")
              : List.of();
      return new NodeException(kind, keystore + ": " + refused.getMessage(), refused, advice);
    }
    return new NodeException(
        NodeException.Kind.VAULT, String.valueOf(refused.getMessage()), refused, List.of());
  }

  /** Whether there is a keystore. */
  public static boolean exists(Path keystore) {
    return Files.exists(keystore);
  }

  /** Whether it can be used: it was not locked. */
  boolean isOpen() {
    return open;
  }

  /** Locks the vault. */
  @Override
  public void close() {
    open = false;
    vault.close();
  }
}
