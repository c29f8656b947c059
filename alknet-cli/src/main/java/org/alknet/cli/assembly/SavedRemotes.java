package org.alknet.cli.assembly;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.alknet.core.identity.Fingerprints;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The remotes of a data directory by name, and which of them commands talk to if nobody says
 * otherwise: the file {@code remotes.json} (spec/cli.md section 8).
 *
 * <p>Immutable.
 *
 * @param selected name of the one that was chosen
 * @param byName all of them, by name
 */
public record SavedRemotes(Optional<String> selected, Map<String, SavedRemote> byName) {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
  private static final int MAX_BYTES = 1 << 20;

  /** Copies, and refuses a choice that is none. */
  public SavedRemotes {
    byName = Collections.unmodifiableMap(new TreeMap<>(byName));
    if (selected.isPresent() && !byName.containsKey(selected.get())) {
      throw new IllegalArgumentException("there is no remote " + selected.get());
    }
  }

  /** Returns the file of a data directory. */
  public static Path file(DataDirectory directory) {
    return directory.root().resolve("remotes.json");
  }

  /**
   * Reads the file.
   *
   * @return nothing if there is no file
   * @throws NodeException if others may write it, or it makes no sense
   */
  public static SavedRemotes load(DataDirectory directory) throws NodeException {
    Path file = file(directory);
    if (!Files.exists(file)) {
      return new SavedRemotes(Optional.empty(), Map.of());
    }
    try {
      if (PrivateFiles.writableByOthers(file)) {
        throw new NodeException(
            NodeException.Kind.UNSAFE,
            file + " is writable by other users",
            "Whoever writes it decides whom this user trusts.",
            "chmod go-w " + file);
      }
      if (Files.size(file) > MAX_BYTES) {
        throw new IOException("longer than " + MAX_BYTES + " bytes");
      }
      return parse(MAPPER.readTree(Files.readAllBytes(file)));
    } catch (IOException | JacksonException | IllegalArgumentException senseless) {
      throw new NodeException(
          NodeException.Kind.STORE,
          "cannot read " + file + ": " + senseless.getMessage(),
          senseless,
          List.of("Correct it, or move it away and add the remotes again."));
    }
  }

  /**
   * Writes the file, mode 0600.
   *
   * @throws NodeException if it cannot be written
   */
  public void save(DataDirectory directory) throws NodeException {
    directory.create();
    try {
      PrivateFiles.replace(
          file(directory),
          (MAPPER.writeValueAsString(json()) + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (IOException failed) {
      throw new NodeException(
          NodeException.Kind.STORE,
          "cannot write " + file(directory) + ": " + PrivateFiles.reason(failed),
          failed,
          List.of());
    }
  }

  /** Returns the remote of this name. */
  public Optional<SavedRemote> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /** Returns these with one more, or with another one of this name. */
  public SavedRemotes with(String name, SavedRemote remote) {
    Map<String, SavedRemote> next = new TreeMap<>(byName);
    next.put(name, remote);
    return new SavedRemotes(selected, next);
  }

  /** Returns these without one. */
  public SavedRemotes without(String name) {
    Map<String, SavedRemote> next = new TreeMap<>(byName);
    next.remove(name);
    return new SavedRemotes(selected.filter(chosen -> !chosen.equals(name)), next);
  }

  /** Returns these with another choice. */
  public SavedRemotes select(Optional<String> name) {
    return new SavedRemotes(name, byName);
  }

  private ObjectNode json() {
    ObjectNode json = MAPPER.createObjectNode().put("version", 1);
    json.put("selected", selected.orElse(null));
    ObjectNode remotes = json.putObject("remotes");
    byName.forEach((name, remote) -> write(remote, remotes.putObject(name)));
    return json;
  }

  private static void write(SavedRemote remote, ObjectNode json) {
    json.put("address", remote.address());
    remote.fingerprints().forEach(json.putArray("fingerprints")::add);
    json.put("server_name", remote.serverName().orElse(null));
    json.put("identity", remote.identity().orElse(null));
    if (remote.token().isPresent()) {
      ObjectNode token = json.putObject("token");
      if (remote.token().get() instanceof SavedRemote.Token.Credential credential) {
        token.put("credential", credential.provider());
      } else if (remote.token().get() instanceof SavedRemote.Token.File file) {
        token.put("file", file.path());
      }
    }
  }

  private static SavedRemotes parse(JsonNode json) {
    if (json.path("version").asInt(0) != 1) {
      throw new IllegalArgumentException("it is of another version than 1");
    }
    Map<String, SavedRemote> remotes = new TreeMap<>();
    for (Map.Entry<String, JsonNode> entry : json.path("remotes").properties()) {
      remotes.put(entry.getKey(), remote(entry.getKey(), entry.getValue()));
    }
    return new SavedRemotes(text(json, "selected"), remotes);
  }

  private static SavedRemote remote(String name, JsonNode json) {
    List<String> fingerprints = new ArrayList<>();
    for (JsonNode value : json.path("fingerprints").values()) {
      String fingerprint = Fingerprints.normalise(value.asString(""));
      if (!Fingerprints.isWellFormed(fingerprint)) {
        // Without it the remote would be trusted for another reason than somebody meant.
        throw new IllegalArgumentException(name + " has a fingerprint that is none");
      }
      fingerprints.add(fingerprint);
    }
    JsonNode token = json.path("token");
    Optional<SavedRemote.Token> where =
        text(token, "credential")
            .<SavedRemote.Token>map(SavedRemote.Token.Credential::new)
            .or(() -> text(token, "file").map(SavedRemote.Token.File::new));
    return new SavedRemote(
        text(json, "address")
            .orElseThrow(() -> new IllegalArgumentException(name + " has no address")),
        fingerprints,
        text(json, "server_name"),
        text(json, "identity"),
        where);
  }

  private static Optional<String> text(JsonNode json, String name) {
    JsonNode value = json.path(name);
    return value.isString() ? Optional.of(value.stringValue()) : Optional.empty();
  }
}
