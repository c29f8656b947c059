package org.alknet.cli.assembly;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.alknet.core.RemoteAddress;
import org.alknet.core.identity.Fingerprints;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The remotes of a data directory that have names: {@code remotes.json} (spec/cli.md section 8), as
 * a node reads it to dial them. Strict, since it decides whom the node trusts.
 */
final class SavedRemotes {
  private static final long MAX_BYTES = 1L << 20;
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private final Path file;
  private final List<String> problems = new ArrayList<>();

  private SavedRemotes(Path file) {
    this.file = file;
  }

  /**
   * Reads them.
   *
   * @return by name; empty if there is no file
   * @throws NodeException if others may write the file, or it cannot be read or makes no sense
   */
  static Map<String, SavedRemote> load(DataDirectory directory) throws NodeException {
    Path file = directory.remotes();
    if (!Files.exists(file)) {
      return Map.of();
    }
    if (PrivateFiles.writableByOthers(file)) {
      throw new NodeException(
          NodeException.Kind.UNSAFE,
          file + " is writable by other users",
          "Whoever writes it decides whom this node trusts.",
          "chmod go-w " + file);
    }
    return new SavedRemotes(file).read();
  }

  private Map<String, SavedRemote> read() throws NodeException {
    Map<String, SavedRemote> remotes = new TreeMap<>();
    for (Map.Entry<String, JsonNode> entry : parse().path("remotes").properties()) {
      remote(entry.getKey(), entry.getValue())
          .ifPresent(remote -> remotes.put(entry.getKey(), remote));
    }
    if (!problems.isEmpty()) {
      throw new NodeException(
          NodeException.Kind.CONFIGURATION,
          file + ": " + (problems.size() == 1 ? "1 problem" : problems.size() + " problems"),
          null,
          problems);
    }
    return remotes;
  }

  private JsonNode parse() throws NodeException {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new IOException("longer than " + MAX_BYTES + " bytes");
      }
      JsonNode document = MAPPER.readTree(Files.readAllBytes(file));
      if (document.path("version").asInt(0) != 1 || !document.path("remotes").isObject()) {
        problems.add("the file: is {\"version\":1,\"remotes\":{…}}");
      }
      return document;
    } catch (JacksonException broken) {
      throw new NodeException(
          NodeException.Kind.CONFIGURATION,
          file + ": not JSON, at line " + broken.getLocation().getLineNr(),
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

  private Optional<SavedRemote> remote(String name, JsonNode entry) {
    try {
      RemoteTarget target = RemoteTarget.parse(entry.path("address").asString(""));
      Set<String> pins = new HashSet<>(target.pins());
      for (JsonNode pin : entry.path("fingerprints").values()) {
        pins.add(fingerprint(pin.asString("")));
      }
      RemoteAddress address = target.address();
      Optional<String> serverName =
          Optional.of(entry.path("server_name").asString("")).filter(text -> !text.isEmpty());
      JsonNode token = entry.path("token");
      return Optional.of(
          new SavedRemote(
              new RemoteTarget(new RemoteAddress(address.host(), address.port(), serverName), pins),
              text(token, "file").map(path -> file.resolveSibling(path).normalize()),
              text(token, "credential")));
    } catch (IllegalArgumentException wrong) {
      problems.add("remotes." + name + ": " + wrong.getMessage());
      return Optional.empty();
    }
  }

  private static String fingerprint(String text) {
    String fingerprint = Fingerprints.normalise(text);
    if (!Fingerprints.isWellFormed(fingerprint)) {
      throw new IllegalArgumentException("has a fingerprint that is none: " + text);
    }
    return fingerprint;
  }

  private static Optional<String> text(JsonNode object, String key) {
    return Optional.of(object.path(key).asString("")).filter(text -> !text.isEmpty());
  }
}
