package org.alknet.core.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.alknet.core.identity.ApiKeyEntry;
import org.alknet.core.identity.AuthPolicy;
import org.alknet.core.identity.PeerEntry;
import org.alknet.core.identity.PolicyProblem;
import org.alknet.core.observe.LogLine;

/** Reads {@code auth}: peers and API keys. */
final class AuthSection {
  private static final List<String> PEER_KEYS =
      List.of(
          "peer_id",
          "fingerprints",
          "auth_token_hash",
          "scopes",
          "resources",
          "display_name",
          "enabled");
  private static final List<String> API_KEY_KEYS =
      List.of("prefix", "hash", "scopes", "description", "expires_at");

  private final Problems problems;

  AuthSection(Problems problems) {
    this.problems = problems;
  }

  AuthPolicy read(TableReader root) {
    Optional<TableReader> auth = root.section("auth", List.of("peers", "api_keys"));
    List<PeerEntry> peers = new ArrayList<>();
    List<ApiKeyEntry> keys = new ArrayList<>();
    auth.ifPresent(
        section -> {
          readPeers(section, peers);
          readKeys(section, keys);
        });
    AuthPolicy policy = AuthPolicy.of(peers, keys);
    for (PolicyProblem problem : policy.validate()) {
      problems.addIfNew(problem.location(), problem.message());
    }
    return policy;
  }

  private void readPeers(TableReader auth, List<PeerEntry> peers) {
    List<ConfigTree> items = auth.items("peers");
    for (int i = 0; i < items.size(); i++) {
      String path = auth.pathOf("peers") + "[" + i + "]";
      // An entry that cannot be read leaves a stand-in, so that the positions of the others hold.
      PeerEntry.Builder builder = PeerEntry.builder("entry " + i + " of the list of peers");
      entry(items.get(i), path, PEER_KEYS).ifPresent(peer -> readPeer(peer, builder));
      peers.add(builder.build());
    }
  }

  private void readPeer(TableReader peer, PeerEntry.Builder builder) {
    peer.requiredText("peer_id").ifPresent(builder::peerId);
    builder.fingerprints(peer.texts("fingerprints"));
    peer.text("auth_token_hash").ifPresent(builder::authTokenHash);
    builder.scopes(peer.texts("scopes"));
    peer.table("resources")
        .ifPresent(table -> builder.resources(resources(table, peer.pathOf("resources"))));
    peer.text("display_name").ifPresent(builder::displayName);
    peer.flag("enabled").ifPresent(builder::enabled);
  }

  /** Names of resources are the user's own, so every key is known. */
  private Map<String, List<String>> resources(ConfigTree.Table table, String path) {
    List<String> names = table.entries().stream().map(ConfigTree.Entry::key).toList();
    TableReader reader = new TableReader(table, path, problems, names);
    Map<String, List<String>> resources = new LinkedHashMap<>();
    names.forEach(name -> resources.put(name, reader.texts(name)));
    return resources;
  }

  private void readKeys(TableReader auth, List<ApiKeyEntry> keys) {
    List<ConfigTree> items = auth.items("api_keys");
    for (int i = 0; i < items.size(); i++) {
      String path = auth.pathOf("api_keys") + "[" + i + "]";
      Optional<TableReader> entry = entry(items.get(i), path, API_KEY_KEYS);
      if (entry.isEmpty()) {
        problems.locate(path, items.get(i).position());
        keys.add(standIn(path));
      } else {
        keys.add(readKey(entry.get()));
      }
    }
  }

  private ApiKeyEntry standIn(String path) {
    problems.suppress(path + ".prefix");
    problems.suppress(path + ".hash");
    return ApiKeyEntry.builder("", "").build();
  }

  private static ApiKeyEntry readKey(TableReader key) {
    ApiKeyEntry.Builder builder =
        ApiKeyEntry.builder(
            key.requiredText("prefix").orElse(""), key.requiredText("hash").orElse(""));
    builder.scopes(key.texts("scopes"));
    key.text("description").ifPresent(builder::description);
    key.whole("expires_at").ifPresent(builder::expiresAt);
    return builder.build();
  }

  private Optional<TableReader> entry(ConfigTree item, String path, List<String> known) {
    if (item instanceof ConfigTree.Table table) {
      return Optional.of(new TableReader(table, path, problems, known));
    }
    problems.report(item.position(), LogLine.escape(path), "is a table, not " + item.kind());
    return Optional.empty();
  }
}
