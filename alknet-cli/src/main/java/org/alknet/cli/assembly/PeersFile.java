package org.alknet.cli.assembly;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.alknet.cli.config.JsonReason;
import org.alknet.core.identity.AuthPolicy;
import org.alknet.core.identity.PeerEntry;
import org.alknet.core.identity.PolicyProblem;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Peers as {@code peers.json}, where nodes kept them before there was a store. Read once, to fill a
 * new store.
 *
 * <pre>{@code
 * {"version": 1,
 *  "peers": [{"peer_id": "operator", "fingerprints": ["ed25519:…"], "scopes": ["operator"]}]}
 * }</pre>
 *
 * <p>Optional members of a peer: {@code auth_token_hash}, {@code resources}, {@code display_name},
 * {@code enabled}. Anything else is refused, and all problems are reported at once.
 */
final class PeersFile {
  private static final long MAX_BYTES = 16L << 20;
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();
  private static final Set<String> MEMBERS =
      Set.of(
          "peer_id",
          "fingerprints",
          "auth_token_hash",
          "scopes",
          "resources",
          "display_name",
          "enabled");

  private final Path file;
  private final List<String> problems = new ArrayList<>();

  private PeersFile(Path file) {
    this.file = file;
  }

  /**
   * Reads the peers.
   *
   * @throws NodeException if the file cannot be read, is writable by other users, or is wrong
   */
  static List<PeerEntry> load(Path file) throws NodeException {
    if (PrivateFiles.writableByOthers(file)) {
      throw new NodeException(
          NodeException.Kind.UNSAFE,
          file + " is writable by other users",
          "Whoever writes it decides who may do what.",
          "chmod go-w " + file);
    }
    return new PeersFile(file).read();
  }

  private List<PeerEntry> read() throws NodeException {
    JsonNode document = parse();
    List<PeerEntry> peers = new ArrayList<>();
    if (!document.isObject()) {
      problem("the file", "is an object with \"version\" and \"peers\"");
    } else {
      members("the file", document, Set.of("version", "peers"));
      if (!document.path("version").isInt() || document.path("version").intValue() != 1) {
        problem("version", "is 1");
      }
      JsonNode entries = document.path("peers");
      if (!entries.isArray()) {
        problem("peers", "is an array");
      }
      for (int i = 0; i < entries.size(); i++) {
        peers.add(peer("peers[" + i + "]", entries.get(i)));
      }
    }
    if (problems.isEmpty()) {
      validate(peers);
    }
    if (!problems.isEmpty()) {
      throw new NodeException(
          NodeException.Kind.CONFIGURATION,
          file + ": " + (problems.size() == 1 ? "1 problem" : problems.size() + " problems"),
          null,
          problems);
    }
    return List.copyOf(peers);
  }

  private JsonNode parse() throws NodeException {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new NodeException(
            NodeException.Kind.CONFIGURATION, file + " is longer than " + MAX_BYTES + " bytes");
      }
      return MAPPER.readTree(Files.readAllBytes(file));
    } catch (JacksonException broken) {
      throw new NodeException(
          NodeException.Kind.CONFIGURATION,
          file
              + ": not JSON, at line "
              + broken.getLocation().getLineNr()
              + ", column "
              + broken.getLocation().getColumnNr()
              + ": "
              + JsonReason.of(broken),
          broken,
          List.of());
    } catch (IOException failed) {
      throw new NodeException(
          NodeException.Kind.STORE,
          "cannot read " + file + ": " + PrivateFiles.reason(failed),
          failed,
          List.of());
    }
  }

  private PeerEntry peer(String at, JsonNode entry) {
    if (!entry.isObject()) {
      problem(at, "is an object");
      return PeerEntry.builder("").build();
    }
    members(at, entry, MEMBERS);
    PeerEntry.Builder peer = PeerEntry.builder(text(at + ".peer_id", entry.path("peer_id")));
    peer.fingerprints(texts(at + ".fingerprints", entry.path("fingerprints")));
    peer.scopes(texts(at + ".scopes", entry.path("scopes")));
    peer.resources(resources(at + ".resources", entry.path("resources")));
    if (entry.has("auth_token_hash")) {
      peer.authTokenHash(text(at + ".auth_token_hash", entry.path("auth_token_hash")));
    }
    if (entry.has("display_name")) {
      peer.displayName(text(at + ".display_name", entry.path("display_name")));
    }
    JsonNode enabled = entry.path("enabled");
    if (!enabled.isMissingNode() && !enabled.isBoolean()) {
      problem(at + ".enabled", "is true or false");
    }
    return peer.enabled(enabled.asBoolean(true)).build();
  }

  private Map<String, List<String>> resources(String at, JsonNode value) {
    Map<String, List<String>> resources = new LinkedHashMap<>();
    if (value.isObject()) {
      value
          .properties()
          .forEach(
              type ->
                  resources.put(type.getKey(), texts(at + "." + type.getKey(), type.getValue())));
    } else if (!value.isMissingNode()) {
      problem(at, "is an object of arrays");
    }
    return resources;
  }

  private List<String> texts(String at, JsonNode value) {
    List<String> texts = new ArrayList<>();
    if (value.isArray()) {
      for (int i = 0; i < value.size(); i++) {
        texts.add(text(at + "[" + i + "]", value.get(i)));
      }
    } else if (!value.isMissingNode()) {
      problem(at, "is an array of strings");
    }
    return texts;
  }

  private String text(String at, JsonNode value) {
    if (value.isString()) {
      return value.stringValue();
    }
    problem(at, "is a string");
    return "";
  }

  private void members(String at, JsonNode object, Set<String> allowed) {
    for (String name : object.propertyNames()) {
      if (!allowed.contains(name)) {
        problem(at, "has no member \"" + name + "\"");
      }
    }
  }

  private void validate(List<PeerEntry> peers) {
    for (PolicyProblem problem : AuthPolicy.of(peers, List.of()).validate()) {
      // The policy calls itself "auth", as the configuration file does.
      problems.add(problem.toString().replaceFirst("^auth\\.", ""));
    }
  }

  private void problem(String at, String message) {
    problems.add(at + ": " + message);
  }
}
