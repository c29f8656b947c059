package org.alknet.cli.admin;

import java.nio.file.Path;
import org.alknet.cli.assembly.NodeException;
import org.alknet.cli.assembly.NodeVault;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.PasswordCost;
import org.alknet.vault.DerivedKey;
import org.alknet.vault.KeyEncodings;
import org.alknet.vault.KeyPaths;
import org.alknet.vault.Mnemonic;
import org.alknet.vault.SecretChars;
import org.alknet.vault.VaultException;
import org.alknet.vault.VaultServiceHandle;
import org.alknet.vault.keystore.KdfCost;
import org.alknet.vault.keystore.Keystore;
import org.alknet.vault.keystore.KeystoreException;

/** Phrases and the keystores they are kept in. Every phrase and password stays the caller's. */
public final class VaultFiles {
  private VaultFiles() {}

  /**
   * Makes a phrase that nobody has.
   *
   * @param words 12, 15, 18, 21 or 24
   * @return the phrase, which the caller wipes
   * @throws CliException for another number
   */
  public static char[] newPhrase(int words) throws CliException {
    try (Mnemonic mnemonic = Mnemonic.generate(words);
        SecretChars phrase = mnemonic.phrase()) {
      return phrase.copyChars();
    } catch (VaultException refused) {
      throw CliException.of(
              ExitCodes.USAGE, "a phrase has 12, 15, 18, 21 or 24 words, not " + words)
          .withCause(refused);
    }
  }

  /**
   * Returns the fingerprint of the identity a phrase leads to.
   *
   * @param passphrase the BIP-39 passphrase; empty for none
   * @throws NodeException if the phrase is none
   */
  public static String fingerprint(char[] phrase, char[] passphrase) throws NodeException {
    try (VaultServiceHandle vault = VaultServiceHandle.create()) {
      vault.unlock(phrase, passphrase);
      try (DerivedKey identity = vault.deriveEd25519(KeyPaths.IDENTITY)) {
        return KeyEncodings.fingerprint(identity);
      }
    } catch (VaultException refused) {
      throw NodeVault.failure(Path.of("the phrase"), refused);
    }
  }

  /**
   * Fails if there is a keystore, before anybody is asked anything.
   *
   * @throws CliException as it would when it is written
   */
  public static void refuseExisting(Path keystore) throws CliException {
    if (NodeVault.exists(keystore)) {
      throw CliException.of(
          ExitCodes.UNSAFE,
          keystore + " exists and is not overwritten",
          "It may hold the only copy of a phrase. Name another file, or move it away first.");
    }
  }

  /**
   * Writes a keystore.
   *
   * @throws NodeException if there is one already, or it cannot be written
   */
  public static void create(Path keystore, char[] phrase, char[] password, PasswordCost cost)
      throws NodeException {
    try {
      Keystore.at(keystore, work(cost)).importPhrase(phrase, password);
    } catch (KeystoreException | VaultException refused) {
      throw NodeVault.failure(keystore, refused);
    }
  }

  private static KdfCost work(PasswordCost cost) {
    return switch (cost) {
      case RECOMMENDED -> KdfCost.recommended();
      case LEAST -> new KdfCost(8 * 1024, 1, 1);
    };
  }

  /**
   * Encrypts a keystore under another password.
   *
   * @throws NodeException if the old one is wrong, or the file cannot be written
   */
  public static void changePassword(Path keystore, char[] before, char[] after, PasswordCost cost)
      throws NodeException {
    try {
      Keystore.at(keystore, work(cost)).changePassword(before, after);
    } catch (KeystoreException | VaultException refused) {
      throw NodeVault.failure(keystore, refused);
    }
  }

  /**
   * Returns the phrase of a keystore, which the caller wipes.
   *
   * @throws NodeException if the password is wrong
   */
  public static char[] phrase(Path keystore, char[] password) throws NodeException {
    try (SecretChars phrase = Keystore.at(keystore).exportPhrase(password)) {
      return phrase.copyChars();
    } catch (KeystoreException | VaultException refused) {
      throw NodeVault.failure(keystore, refused);
    }
  }
}
