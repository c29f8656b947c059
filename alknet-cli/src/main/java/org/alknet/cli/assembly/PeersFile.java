package org.alknet.cli.assembly;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.alknet.core.identity.AuthPolicy;
import org.alknet.core.identity.PeerEntry;
import org.alknet.core.identity.PolicyProblem;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The known peers as {@code peers.json}, until the SQLite store holds them. Read once, at the start
 * of the node.
 *
 * <pre>{@code
 * {"version": 1,
 *  "peers": [{"peer_id": "operator", "fingerprints": ["ed25519:…"], "scopes": ["operator"]}]}
 * }</pre>
 *
 * <p>Optional members of a peer: {@code auth_token_hash}, {@code resources}, {@code display_name},
 * {@code enabled}. Anything else is refused, and all problems are reported at once.
 */
public final class PeersFile {
  private static final long MAX_BYTES = 16L << 20;
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(SerializationFeature.INDENT_OUTPUT)
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
  public static List<PeerEntry> load(Path file) throws NodeException {
    if (PrivateFiles.writableByOthers(file)) {
      throw new NodeException(
          NodeException.Kind.UNSAFE,
          file + " is writable by other users",
          "Whoever writes it decides who may do what.",
          "chmod go-w " + file);
    }
    return new PeersFile(file).read();
  }

  /**
   * Writes the peers to a new file.
   *
   * @throws NodeException if there is one already, or it cannot be written
   */
  public static void create(Path file, List<PeerEntry> peers) throws NodeException {
    byte[] text = (MAPPER.writeValueAsString(json(peers)) + "\n").getBytes(StandardCharsets.UTF_8);
    try {
      PrivateFiles.create(file, text);
    } catch (FileAlreadyExistsException exists) {
      throw new NodeException(
          NodeException.Kind.UNSAFE, file + " exists and is not overwritten", exists, List.of());
    } catch (IOException failed) {
      throw new NodeException(
          NodeException.Kind.STORE,
          "cannot write " + file + ": " + PrivateFiles.reason(failed),
          failed,
          List.of());
    }
  }

  private static ObjectNode json(List<PeerEntry> peers) {
    ObjectNode document = MAPPER.createObjectNode().put("version", 1);
    ArrayNode entries = document.putArray("peers");
    for (PeerEntry peer : peers) {
      ObjectNode entry = entries.addObject().put("peer_id", peer.peerId());
      peer.fingerprints().forEach(entry.putArray("fingerprints")::add);
      peer.authTokenHash().ifPresent(hash -> entry.put("auth_token_hash", hash));
      peer.scopes().forEach(entry.putArray("scopes")::add);
      if (!peer.resources().isEmpty()) {
        ObjectNode resources = entry.putObject("resources");
        peer.resources().forEach((type, names) -> names.forEach(resources.putArray(type)::add));
      }
      peer.displayName().ifPresent(name -> entry.put("display_name", name));
      if (!peer.enabled()) {
        entry.put("enabled", false);
      }
    }
    return document;
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
              + broken.getOriginalMessage(),
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
