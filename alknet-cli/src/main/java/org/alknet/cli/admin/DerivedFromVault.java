package org.alknet.cli.admin;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import org.alknet.cli.assembly.NodeException;
import org.alknet.cli.assembly.NodeVault;
import org.alknet.vault.DerivedKey;
import org.alknet.vault.EthereumAddress;
import org.alknet.vault.KeyEncodings;
import org.alknet.vault.VaultException;
import org.alknet.vault.VaultServiceHandle;
import org.alknet.vault.keystore.Keystore;
import org.alknet.vault.keystore.KeystoreException;

/** A key at a path of a phrase. The holder closes it, which wipes the secret part. */
public final class DerivedFromVault implements AutoCloseable {
  private final DerivedKey key;
  private final boolean secp256k1;

  private DerivedFromVault(DerivedKey key, boolean secp256k1) {
    this.key = key;
    this.secp256k1 = secp256k1;
  }

  /**
   * Derives a key.
   *
   * @param password of the keystore
   * @param passphrase the BIP-39 passphrase; empty for none
   * @param path such as {@code m/74'/0'/0'/7'}
   * @param secp256k1 whether it is a key of that kind and not of Ed25519
   * @throws NodeException if the keystore cannot be opened, or no key exists there
   */
  public static DerivedFromVault of(
      Path keystore, char[] password, char[] passphrase, String path, boolean secp256k1)
      throws NodeException {
    try (VaultServiceHandle vault = VaultServiceHandle.builder().secp256k1(secp256k1).build()) {
      Keystore.at(keystore).unlock(vault, password, passphrase);
      return new DerivedFromVault(
          secp256k1 ? vault.deriveEthereumKey(path) : vault.deriveEd25519(path), secp256k1);
    } catch (KeystoreException | VaultException refused) {
      throw NodeVault.failure(keystore, refused);
    }
  }

  /** Returns the public key, in hex digits. */
  public String publicKey() {
    return HexFormat.of().formatHex(key.publicKey());
  }

  /** Returns the fingerprint of an Ed25519 key, the address of another one. */
  public String name() {
    return secp256k1
        ? EthereumAddress.fromPublicKey(key.publicKey()).toString()
        : KeyEncodings.fingerprint(key);
  }

  /** Reveals the secret key as hex digits, ASCII, which the caller wipes. */
  public byte[] revealHex() {
    byte[] secret = key.copyPrivateKey();
    byte[] hex = new byte[2 * secret.length];
    for (int i = 0; i < secret.length; i++) {
      hex[2 * i] = (byte) Character.forDigit((secret[i] >> 4) & 0xf, 16);
      hex[2 * i + 1] = (byte) Character.forDigit(secret[i] & 0xf, 16);
    }
    Arrays.fill(secret, (byte) 0);
    return hex;
  }

  @Override
  public void close() {
    key.close();
  }
}
