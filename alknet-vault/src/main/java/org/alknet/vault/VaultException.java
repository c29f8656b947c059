package org.alknet.vault;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a vault operation can end with.
 *
 * <p>Neither the message nor a cause ever holds a word of a phrase, a passphrase, a plaintext, a
 * seed or a key. Immutable. Specification: {@code spec/vault.md §15.2}.
 */
public final class VaultException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** The outcome, for callers that branch on it. */
  public enum Kind {
    /** The operation needs an unlocked vault. */
    VAULT_LOCKED,
    /** The vault is unlocked already; its mnemonic is never replaced. */
    ALREADY_UNLOCKED,
    /** The phrase, its length or the passphrase is not acceptable. */
    MNEMONIC,
    /** The path is well formed, but no key of this type exists there. */
    DERIVATION,
    /** Encrypting or decrypting failed; {@link #reason()} says which part. */
    ENCRYPTION,
    /** The path, index or key version is malformed or out of range. */
    INVALID_PATH,
    /** The key type is switched off. */
    UNSUPPORTED_KEY_TYPE
  }

  /** Which part of {@link Kind#ENCRYPTION} failed. */
  public enum Reason {
    /** The plaintext cannot be encrypted. */
    ENCRYPT,
    /** Wrong key, tampered or damaged data, or content that is not text; always one message. */
    DECRYPT,
    /** A field of the blob is not Base64 or has the wrong size. */
    DECODE
  }

  private final Kind kind;
  private final @Nullable Reason reason;

  private VaultException(Kind kind, @Nullable Reason reason, String message) {
    super(message);
    this.kind = kind;
    this.reason = reason;
  }

  /** The outcome. */
  public Kind kind() {
    return kind;
  }

  /** Which part of an encryption failed; empty for every other kind. */
  public Optional<Reason> reason() {
    return Optional.ofNullable(reason);
  }

  static VaultException locked() {
    return new VaultException(Kind.VAULT_LOCKED, null, "vault is locked; unlock it first");
  }

  static VaultException alreadyUnlocked() {
    return new VaultException(Kind.ALREADY_UNLOCKED, null, "vault is already unlocked");
  }

  static VaultException mnemonic(String what) {
    return new VaultException(Kind.MNEMONIC, null, "mnemonic error: " + what);
  }

  static VaultException derivation(String what) {
    return new VaultException(Kind.DERIVATION, null, "derivation error: " + what);
  }

  static VaultException invalidPath(String what) {
    return new VaultException(Kind.INVALID_PATH, null, "invalid path: " + what);
  }

  static VaultException unsupportedKeyType() {
    return new VaultException(Kind.UNSUPPORTED_KEY_TYPE, null, "unsupported key type");
  }

  static VaultException encrypt(String what) {
    return new VaultException(Kind.ENCRYPTION, Reason.ENCRYPT, "encryption error: " + what);
  }

  static VaultException decode(String what) {
    return new VaultException(Kind.ENCRYPTION, Reason.DECODE, "encryption error: " + what);
  }

  /** One message for every cause, so that they cannot be told apart. */
  static VaultException decrypt() {
    return new VaultException(
        Kind.ENCRYPTION, Reason.DECRYPT, "encryption error: the data cannot be decrypted");
  }
}
