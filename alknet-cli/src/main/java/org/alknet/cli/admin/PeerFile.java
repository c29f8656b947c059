package org.alknet.cli.admin;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.alknet.cli.assembly.NodeException;
import org.alknet.cli.config.ConfigText;
import org.alknet.cli.config.ProblemList;
import org.alknet.cli.output.JsonWriter;
import org.alknet.core.config.ConfigException;
import org.alknet.core.config.ConfigLoader;
import org.alknet.core.config.ConfigProblem;
import org.alknet.core.config.ConfigTree;
import org.alknet.core.identity.PeerEntry;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Peers as a file that can be carried from one node to another: JSON lines, or the table {@code
 * auth.peers} of a configuration. Token hashes are in it, so it is confidential.
 */
public final class PeerFile {
  /** Longest file that is read. */
  public static final int MAX_BYTES = 16 << 20;

  private static final byte[] BEFORE = "{\"auth\":{\"peers\":[".getBytes(StandardCharsets.UTF_8);
  private static final byte[] AFTER = "]}}".getBytes(StandardCharsets.UTF_8);

  private PeerFile() {}

  /** Returns a peer as one line of JSON. */
  public static String json(PeerEntry peer) {
    ObjectNode line = JsonWriter.object().put("peer_id", peer.peerId());
    peer.fingerprints().forEach(line.putArray("fingerprints")::add);
    peer.authTokenHash().ifPresent(hash -> line.put("auth_token_hash", hash));
    peer.scopes().forEach(line.putArray("scopes")::add);
    ObjectNode resources = line.putObject("resources");
    new TreeMap<>(peer.resources())
        .forEach((type, names) -> names.forEach(resources.putArray(type)::add));
    peer.displayName().ifPresent(name -> line.put("display_name", name));
    return JsonWriter.compact(line.put("enabled", peer.enabled()));
  }

  /** Returns a peer as a table of a configuration. */
  public static String toml(PeerEntry peer) {
    StringBuilder text = new StringBuilder("[[auth.peers]]\n");
    text.append("peer_id = ").append(quoted(peer.peerId())).append('\n');
    text.append("fingerprints = ").append(quoted(peer.fingerprints())).append('\n');
    peer.authTokenHash()
        .ifPresent(hash -> text.append("auth_token_hash = ").append(quoted(hash)).append('\n'));
    text.append("scopes = ").append(quoted(peer.scopes())).append('\n');
    peer.displayName()
        .ifPresent(name -> text.append("display_name = ").append(quoted(name)).append('\n'));
    text.append("enabled = ").append(peer.enabled()).append('\n');
    if (!peer.resources().isEmpty()) {
      text.append("[auth.peers.resources]\n");
      new TreeMap<>(peer.resources())
          .forEach(
              (type, names) ->
                  text.append(quoted(type)).append(" = ").append(quoted(names)).append('\n'));
    }
    return text.toString();
  }

  private static String quoted(List<String> values) {
    return values.stream().map(PeerFile::quoted).collect(Collectors.joining(", ", "[", "]"));
  }

  /** A basic string of TOML; what it has to escape, JSON escapes the same way. */
  static String quoted(String value) {
    return JsonMapper.shared().writeValueAsString(value).replace("\u007f", "\\u007f");
  }

  /**
   * Reads peers.
   *
   * @param file where they come from, for messages
   * @param content JSON lines; or TOML, of which only {@code auth.peers} is read
   * @param toml which of the two
   * @throws NodeException if anything is wrong; lists all problems by line
   */
  public static List<PeerEntry> read(Path file, byte[] content, boolean toml) throws NodeException {
    ProblemList problems = new ProblemList();
    Optional<ConfigTree.Table> tree =
        ConfigText.parse(file.toString(), toml ? content : document(content), !toml, problems);
    List<PeerEntry> peers = List.of();
    if (tree.isPresent()) {
      try {
        peers = ConfigLoader.loadDynamic(peersOnly(tree.get()), file).auth().peers();
      } catch (ConfigException wrong) {
        problems.add(wrong, file.toString());
      }
    }
    if (!problems.isEmpty()) {
      List<String> all = problems.inOrder().stream().map(ConfigProblem::toString).toList();
      throw new NodeException(
          NodeException.Kind.CONFIGURATION,
          file + ": " + (all.size() == 1 ? "1 problem" : all.size() + " problems"),
          null,
          all);
    }
    return peers;
  }

  /** Makes lines the array they would be in a configuration, each on the line it was. */
  private static byte[] document(byte[] lines) {
    ByteArrayOutputStream whole = new ByteArrayOutputStream(lines.length + 64);
    whole.writeBytes(BEFORE);
    boolean first = true;
    int from = 0;
    while (from < lines.length) {
      int end = from;
      while (end < lines.length && lines[end] != '\n') {
        end++;
      }
      boolean blank = new String(lines, from, end - from, StandardCharsets.UTF_8).isBlank();
      if (!blank && !first) {
        whole.write(',');
      }
      first &= blank;
      whole.write(lines, from, end - from);
      whole.write('\n');
      from = end + 1;
    }
    whole.writeBytes(AFTER);
    return whole.toByteArray();
  }

  private static ConfigTree.Table peersOnly(ConfigTree.Table root) {
    Optional<ConfigTree.Entry> auth = root.find("auth");
    if (auth.isEmpty() || !(auth.get().value() instanceof ConfigTree.Table table)) {
      return new ConfigTree.Table(
          root.position(), auth.isEmpty() ? List.of() : List.of(auth.get()));
    }
    ConfigTree.Table peers =
        new ConfigTree.Table(table.position(), table.find("peers").map(List::of).orElse(List.of()));
    return new ConfigTree.Table(
        root.position(), List.of(new ConfigTree.Entry("auth", auth.get().position(), peers)));
  }
}
