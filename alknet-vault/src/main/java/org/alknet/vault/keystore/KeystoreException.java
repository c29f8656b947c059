package org.alknet.vault.keystore;

/**
 * What a keystore operation can end with; neither message nor cause holds a secret. Immutable.
 *
 * <p>Specification: {@code spec/vault.md}, appendix A.
 */
public final class KeystoreException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** The outcome, for callers that branch on it. */
  public enum Kind {
    /** Wrong password, damaged file or parameters outside the limits; always one message. */
    CANNOT_OPEN,
    /** There is no file at the path. */
    NOT_FOUND,
    /** There is a file at the path already; it is never overwritten by a new mnemonic. */
    ALREADY_EXISTS,
    /** The file is not a regular file, belongs to someone else or is open to others. */
    UNSAFE_FILE,
    /** The new password is empty or no well-formed Unicode. */
    BAD_PASSWORD,
    /** The Java heap has no room for the memory Argon2id needs. */
    OUT_OF_MEMORY,
    /** The file system failed; the cause says how. */
    IO
  }

  private final Kind kind;

  private KeystoreException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  /** The outcome. */
  public Kind kind() {
    return kind;
  }

  /** One message for every cause, so that they cannot be told apart. */
  static KeystoreException cannotOpen() {
    return new KeystoreException(
        Kind.CANNOT_OPEN, "the keystore cannot be opened: wrong password or damaged file");
  }

  static KeystoreException of(Kind kind, String message) {
    return new KeystoreException(kind, message);
  }

  /** Keeps the cause: file system errors name paths only. */
  static KeystoreException io(String message, Exception cause) {
    KeystoreException exception = new KeystoreException(Kind.IO, message);
    exception.initCause(cause);
    return exception;
  }
}
