package org.alknet.store.sqlite.internal;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.alknet.core.credential.StoreException;
import org.alknet.core.identity.PeerEntry;
import org.jspecify.annotations.Nullable;

/** A peer as the columns of its row (spec/store-sqlite.md section 9.2). */
public final class PeerRowCodec {
  private static final int MAX_JSON_CHARACTERS = 256 * 1024;
  private static final String NO_LIST = "[]";
  private static final String NO_OBJECT = "{}";

  private PeerRowCodec() {}

  /**
   * Returns the columns in the order of the table.
   *
   * @throws StoreException.Serialization if the peer breaks a rule; the message names the field
   */
  public static @Nullable Object[] encode(PeerEntry peer) throws StoreException {
    Optional<String> fault = PeerRules.faultToWrite(peer);
    if (fault.isPresent()) {
      throw new StoreException.Serialization(fault.get(), null);
    }
    String fingerprints = list(peer.fingerprints());
    String scopes = list(peer.scopes());
    String resources = peer.resources().isEmpty() ? NO_OBJECT : ColumnJson.write(peer.resources());
    if (fingerprints.length() + scopes.length() + resources.length() > MAX_JSON_CHARACTERS) {
      throw new StoreException.Serialization("scopes, resources: more than 256 KiB of JSON", null);
    }
    return new @Nullable Object[] {
      peer.peerId(),
      fingerprints,
      peer.authTokenHash().orElse(null),
      scopes,
      resources,
      peer.displayName().orElse(null),
      peer.enabled() ? 1 : 0
    };
  }

  /**
   * Reads a row.
   *
   * @param columns in the order of the table: six texts or nulls, and the flag as a {@code Long}
   * @throws StoreException.Serialization if it does not say clearly who may do what
   */
  static PeerEntry decode(@Nullable Object[] columns) throws StoreException {
    PeerEntry peer =
        new PeerEntry(
            text("peer_id", (String) columns[0]),
            strings("fingerprints", (String) columns[1]).stream().distinct().toList(),
            Optional.ofNullable((String) columns[2]),
            strings("scopes", (String) columns[3]),
            resources((String) columns[4]),
            Optional.ofNullable((String) columns[5]),
            flag("enabled", columns[6]));
    Optional<String> fault = PeerRules.faultToRead(peer);
    if (fault.isPresent()) {
      throw new StoreException.Serialization(fault.get(), null);
    }
    return peer;
  }

  private static String list(List<String> texts) {
    return texts.isEmpty() ? NO_LIST : ColumnJson.write(texts);
  }

  private static List<String> strings(String field, @Nullable String json) throws StoreException {
    String text = text(field, json);
    return text.equals(NO_LIST) ? List.of() : ColumnJson.strings(field, text);
  }

  private static Map<String, List<String>> resources(@Nullable String json) throws StoreException {
    String text = text("resources", json);
    return text.equals(NO_OBJECT) ? Map.of() : ColumnJson.stringLists("resources", text);
  }

  private static String text(String field, @Nullable String text) throws StoreException {
    if (text == null || text.length() > MAX_JSON_CHARACTERS) {
      throw new StoreException.Serialization(field + ": missing or too long", null);
    }
    return text;
  }

  private static boolean flag(String field, @Nullable Object value) throws StoreException {
    if (!(value instanceof Long number) || (number != 0 && number != 1)) {
      throw new StoreException.Serialization(field + ": neither 0 nor 1", null);
    }
    return number == 1;
  }
}
