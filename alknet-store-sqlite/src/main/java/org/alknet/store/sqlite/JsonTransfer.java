package org.alknet.store.sqlite;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.alknet.core.credential.EncryptedData;
import org.alknet.core.credential.StoreException;
import org.alknet.core.identity.PeerEntry;
import org.alknet.store.sqlite.internal.Json;
import org.alknet.store.sqlite.internal.Snapshot;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Both tables as JSON lines: peers in the form of the configuration file, token hashes included,
 * and credentials in the vault's form. Confidential.
 */
final class JsonTransfer {
  /** Longer lines are refused. */
  static final int MAX_LINE_CHARACTERS = 4 << 20;

  /** More lines are refused. */
  static final int MAX_LINES = 200_000;

  private static final Set<String> PEER_MEMBERS =
      Set.of(
          "peer_id",
          "fingerprints",
          "auth_token_hash",
          "scopes",
          "resources",
          "display_name",
          "enabled");
  private static final Set<String> CREDENTIAL_MEMBERS = Set.of("provider", "data");
  private static final Set<String> DATA_MEMBERS = Set.of("key_version", "salt", "iv", "data");

  private JsonTransfer() {}

  static void write(Snapshot snapshot, Writer out) throws IOException {
    for (PeerEntry peer : snapshot.peers().peers()) {
      out.write(Json.MAPPER.writeValueAsString(peer(peer)) + "\n");
    }
    for (Map.Entry<String, EncryptedData> entry : snapshot.credentials().all().entrySet()) {
      ObjectNode line = Json.MAPPER.createObjectNode().put("provider", entry.getKey());
      EncryptedData data = entry.getValue();
      line.putObject("data")
          .put("key_version", data.keyVersion())
          .put("salt", base64(data.salt()))
          .put("iv", base64(data.iv()))
          .put("data", base64(data.data()));
      out.write(Json.MAPPER.writeValueAsString(line) + "\n");
    }
    out.flush();
  }

  static List<StoreOp> read(Reader in) throws IOException, StoreException {
    BufferedReader lines = new BufferedReader(in);
    List<StoreOp> operations = new ArrayList<>();
    int number = 0;
    for (Optional<String> line = line(lines); line.isPresent(); line = line(lines)) {
      number++;
      if (operations.size() == MAX_LINES) {
        throw new StoreException.Serialization("more than " + MAX_LINES + " entries", null);
      }
      if (!line.get().isBlank()) {
        operations.add(operation("line " + number, line.get()));
      }
    }
    return operations;
  }

  private static Optional<String> line(BufferedReader in) throws IOException, StoreException {
    StringBuilder line = new StringBuilder();
    int c = in.read();
    if (c < 0) {
      return Optional.empty();
    }
    while (c >= 0 && c != '\n') {
      if (line.length() == MAX_LINE_CHARACTERS) {
        throw new StoreException.Serialization(
            "a line has more than " + MAX_LINE_CHARACTERS + " characters", null);
      }
      line.append((char) c);
      c = in.read();
    }
    return Optional.of(line.toString());
  }

  private static ObjectNode peer(PeerEntry peer) {
    ObjectNode line = Json.MAPPER.createObjectNode().put("peer_id", peer.peerId());
    peer.fingerprints().forEach(line.putArray("fingerprints")::add);
    peer.authTokenHash().ifPresent(hash -> line.put("auth_token_hash", hash));
    peer.scopes().forEach(line.putArray("scopes")::add);
    ObjectNode resources = line.putObject("resources");
    new TreeMap<>(peer.resources())
        .forEach((type, names) -> names.forEach(resources.putArray(type)::add));
    peer.displayName().ifPresent(name -> line.put("display_name", name));
    return line.put("enabled", peer.enabled());
  }

  private static StoreOp operation(String at, String text) throws StoreException {
    JsonNode line = Json.parse(at, text);
    if (line.has("peer_id")) {
      members(at, line, PEER_MEMBERS);
      return new StoreOp.PutPeer(peer(at, line));
    }
    members(at, line, CREDENTIAL_MEMBERS);
    JsonNode data = line.path("data");
    members(at + ": data", data, DATA_MEMBERS);
    try {
      return new StoreOp.PutCredential(
          text(at + ": provider", line.path("provider")),
          EncryptedData.of(
              number(at + ": key_version", data.path("key_version")),
              bytes(at + ": salt", data.path("salt")),
              bytes(at + ": iv", data.path("iv")),
              bytes(at + ": data", data.path("data"))));
    } catch (IllegalArgumentException outOfRange) {
      throw new StoreException.Serialization(at + ": key_version: out of range", null);
    }
  }

  private static PeerEntry peer(String at, JsonNode line) throws StoreException {
    PeerEntry.Builder peer = PeerEntry.builder(text(at + ": peer_id", line.path("peer_id")));
    if (line.has("fingerprints")) {
      peer.fingerprints(Json.strings(at + ": fingerprints", line.path("fingerprints")));
    }
    if (line.has("scopes")) {
      peer.scopes(Json.strings(at + ": scopes", line.path("scopes")));
    }
    if (line.has("resources")) {
      peer.resources(Json.stringLists(at + ": resources", line.path("resources")));
    }
    if (line.has("auth_token_hash")) {
      peer.authTokenHash(text(at + ": auth_token_hash", line.path("auth_token_hash")));
    }
    if (line.has("display_name")) {
      peer.displayName(text(at + ": display_name", line.path("display_name")));
    }
    JsonNode enabled = line.path("enabled");
    if (!enabled.isMissingNode() && !enabled.isBoolean()) {
      throw new StoreException.Serialization(at + ": enabled: not true or false", null);
    }
    return peer.enabled(enabled.asBoolean(true)).build();
  }

  private static void members(String at, JsonNode node, Set<String> known) throws StoreException {
    if (!node.isObject()) {
      throw new StoreException.Serialization(at + ": not an object", null);
    }
    if (!known.containsAll(node.propertyNames())) {
      throw new StoreException.Serialization(at + ": has unknown members", null);
    }
  }

  private static String text(String at, JsonNode node) throws StoreException {
    if (!node.isString()) {
      throw new StoreException.Serialization(at + ": not a string", null);
    }
    return node.stringValue();
  }

  private static long number(String at, JsonNode node) throws StoreException {
    if (!node.isIntegralNumber() || !node.canConvertToLong()) {
      throw new StoreException.Serialization(at + ": not a whole number", null);
    }
    return node.longValue();
  }

  private static byte[] bytes(String at, JsonNode node) throws StoreException {
    try {
      return Base64.getDecoder().decode(text(at, node));
    } catch (IllegalArgumentException broken) {
      throw new StoreException.Serialization(at + ": not Base64", null);
    }
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}
