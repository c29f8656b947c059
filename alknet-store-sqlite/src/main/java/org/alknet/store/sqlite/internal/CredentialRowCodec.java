package org.alknet.store.sqlite.internal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import org.alknet.core.credential.EncryptedData;
import org.alknet.core.credential.StoreException;
import org.jspecify.annotations.Nullable;

/** A credential as the columns of its row; bytes are stored as they are. */
public final class CredentialRowCodec {
  private static final int MAX_BLOB_BYTES = 1 << 20;

  private CredentialRowCodec() {}

  /**
   * Returns the columns in the order of the table.
   *
   * @throws StoreException.Serialization if it breaks a rule; the message names the field
   */
  public static @Nullable Object[] encode(String provider, EncryptedData data)
      throws StoreException {
    Optional<String> fault = PeerRules.name("provider", provider);
    if (fault.isPresent()) {
      throw new StoreException.Serialization(fault.get(), null);
    }
    return new @Nullable Object[] {
      provider,
      data.keyVersion(),
      limited("salt", data.salt()),
      limited("iv", data.iv()),
      limited("data", data.data())
    };
  }

  /**
   * Reads a row.
   *
   * @throws StoreException.Serialization if it is not what the table promises
   */
  public static EncryptedData decode(ResultSet row) throws SQLException, StoreException {
    Optional<String> fault = PeerRules.name("provider", String.valueOf(row.getString(1)));
    if (fault.isPresent()) {
      throw new StoreException.Serialization(fault.get(), null);
    }
    try {
      return EncryptedData.of(
          row.getLong(2),
          limited("salt", row.getBytes(3)),
          limited("iv", row.getBytes(4)),
          limited("data", row.getBytes(5)));
    } catch (IllegalArgumentException outOfRange) {
      throw new StoreException.Serialization("key_version: out of range", outOfRange);
    }
  }

  private static byte[] limited(String field, byte @Nullable [] bytes) throws StoreException {
    if (bytes == null || bytes.length > MAX_BLOB_BYTES) {
      throw new StoreException.Serialization(field + ": missing or more than 1 MiB", null);
    }
    return bytes;
  }
}
