package org.alknet.vault;

/**
 * Text that is not the JSON form of {@link EncryptedData}; the message names a position or a field,
 * never content.
 */
public final class EncryptedDataFormatException extends RuntimeException {
  private static final long serialVersionUID = 1;

  EncryptedDataFormatException(String message) {
    super(message);
  }
}
