package org.alknet.vault;

/** JSON that is no key; the message explains the redaction and holds no key bytes. */
final class DerivedKeyFormatException extends RuntimeException {
  private static final long serialVersionUID = 1;

  DerivedKeyFormatException(String message) {
    super(message);
  }
}
