package org.alknet.core.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.alknet.core.identity.ApiKeyEntry;
import org.alknet.core.identity.AuthPolicy;
import org.alknet.core.identity.PeerEntry;

/**
 * What a reload changed, by peer id, key prefix and setting; never a hash or a token (spec/core.md
 * section 13.3). Ids are sorted.
 *
 * <p>Immutable.
 *
 * @param addedPeers ids that are new
 * @param removedPeers ids that are gone
 * @param disabledPeers ids that were enabled before
 * @param enabledPeers ids that were disabled before
 * @param recredentialedPeers ids with other fingerprints or another token
 * @param regrantedPeers ids with other scopes or resources
 * @param addedKeys prefixes of new API keys
 * @param removedKeys prefixes of API keys that are gone
 * @param changedKeys prefixes of API keys with another hash, expiry or other scopes
 * @param changedLimits settings with their old and new values, {@code max_auth_attempts:5->3}
 */
public record ConfigDiff(
    List<String> addedPeers,
    List<String> removedPeers,
    List<String> disabledPeers,
    List<String> enabledPeers,
    List<String> recredentialedPeers,
    List<String> regrantedPeers,
    List<String> addedKeys,
    List<String> removedKeys,
    List<String> changedKeys,
    List<String> changedLimits) {
  /** Copies. */
  public ConfigDiff {
    addedPeers = List.copyOf(addedPeers);
    removedPeers = List.copyOf(removedPeers);
    disabledPeers = List.copyOf(disabledPeers);
    enabledPeers = List.copyOf(enabledPeers);
    recredentialedPeers = List.copyOf(recredentialedPeers);
    regrantedPeers = List.copyOf(regrantedPeers);
    addedKeys = List.copyOf(addedKeys);
    removedKeys = List.copyOf(removedKeys);
    changedKeys = List.copyOf(changedKeys);
    changedLimits = List.copyOf(changedLimits);
  }

  /** Compares two configurations. */
  static ConfigDiff between(DynamicConfig before, DynamicConfig after) {
    Map<String, PeerEntry> oldPeers = peers(before.auth());
    Map<String, PeerEntry> newPeers = peers(after.auth());
    Map<String, List<ApiKeyEntry>> oldKeys = keys(before.auth());
    Map<String, List<ApiKeyEntry>> newKeys = keys(after.auth());
    return new ConfigDiff(
        missingFrom(oldPeers, newPeers),
        missingFrom(newPeers, oldPeers),
        inBoth(oldPeers, newPeers, (a, b) -> a.enabled() && !b.enabled()),
        inBoth(oldPeers, newPeers, (a, b) -> !a.enabled() && b.enabled()),
        inBoth(
            oldPeers,
            newPeers,
            (a, b) ->
                !a.fingerprints().equals(b.fingerprints())
                    || !a.authTokenHash().equals(b.authTokenHash())),
        inBoth(
            oldPeers,
            newPeers,
            (a, b) -> !a.scopes().equals(b.scopes()) || !a.resources().equals(b.resources())),
        missingFrom(oldKeys, newKeys),
        missingFrom(newKeys, oldKeys),
        inBoth(oldKeys, newKeys, (a, b) -> !a.equals(b)),
        limits(before.rateLimits(), after.rateLimits()));
  }

  /** Whether nothing changed. */
  public boolean isEmpty() {
    return fields().isEmpty();
  }

  /** Returns the parts that are not empty, named for a log or an audit, in a fixed order. */
  public Map<String, String> fields() {
    Map<String, String> fields = new LinkedHashMap<>();
    put(fields, "peers_added", addedPeers);
    put(fields, "peers_removed", removedPeers);
    put(fields, "peers_disabled", disabledPeers);
    put(fields, "peers_enabled", enabledPeers);
    put(fields, "peers_recredentialed", recredentialedPeers);
    put(fields, "peers_regranted", regrantedPeers);
    put(fields, "keys_added", addedKeys);
    put(fields, "keys_removed", removedKeys);
    put(fields, "keys_changed", changedKeys);
    put(fields, "limits", changedLimits);
    return fields;
  }

  private static void put(Map<String, String> fields, String name, List<String> values) {
    if (!values.isEmpty()) {
      fields.put(name, String.join(",", values));
    }
  }

  private static Map<String, PeerEntry> peers(AuthPolicy policy) {
    return policy.peers().stream()
        .collect(Collectors.toMap(PeerEntry::peerId, Function.identity(), (first, next) -> first));
  }

  /** Keys may share a prefix, so that a prefix stands for all of its entries. */
  private static Map<String, List<ApiKeyEntry>> keys(AuthPolicy policy) {
    Map<String, List<ApiKeyEntry>> keys = new HashMap<>();
    for (ApiKeyEntry key : policy.apiKeys()) {
      keys.computeIfAbsent(key.prefix(), prefix -> new ArrayList<>()).add(key);
    }
    return keys;
  }

  private static <T> List<String> missingFrom(Map<String, T> known, Map<String, T> present) {
    TreeSet<String> missing = new TreeSet<>(present.keySet());
    missing.removeAll(known.keySet());
    return List.copyOf(missing);
  }

  private static <T> List<String> inBoth(
      Map<String, T> before, Map<String, T> after, BiPredicate<T, T> changed) {
    List<String> ids = new ArrayList<>();
    for (Map.Entry<String, T> entry : before.entrySet()) {
      T next = after.get(entry.getKey());
      if (next != null && changed.test(entry.getValue(), next)) {
        ids.add(entry.getKey());
      }
    }
    ids.sort(null);
    return ids;
  }

  private static List<String> limits(RateLimitConfig before, RateLimitConfig after) {
    return Stream.of(
            limit(
                "max_connections_per_ip",
                before.maxConnectionsPerIp(),
                after.maxConnectionsPerIp()),
            limit("max_auth_attempts", before.maxAuthAttempts(), after.maxAuthAttempts()))
        .flatMap(List::stream)
        .toList();
  }

  private static List<String> limit(String name, int before, int after) {
    return before == after ? List.of() : List.of(name + ":" + before + "->" + after);
  }
}
