package org.alknet.cli.command;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;
import org.alknet.core.identity.Fingerprints;

/** What the commands about peers have in common. */
final class PeerOptions {
  private PeerOptions() {}

  static List<String> fingerprints(List<String> texts) throws CliException {
    List<String> fingerprints = new ArrayList<>();
    for (String text : texts) {
      String fingerprint = Fingerprints.normalise(text);
      if (!Fingerprints.isWellFormed(fingerprint)) {
        throw CliException.of(
            ExitCodes.USAGE,
            "not a fingerprint: " + text,
            "A fingerprint is ed25519: or SHA256: and 64 hex digits, in full.");
      }
      fingerprints.add(fingerprint);
    }
    return fingerprints;
  }

  /** Adds pairs {@code TYPE=NAME} to resources by type. */
  static Map<String, List<String>> resources(
      Map<String, List<String>> before, List<String> added, List<String> removed)
      throws CliException {
    Map<String, List<String>> resources = new LinkedHashMap<>();
    before.forEach((type, names) -> resources.put(type, new ArrayList<>(names)));
    for (String pair : added) {
      List<String> names = resources.computeIfAbsent(type(pair), type -> new ArrayList<>());
      if (!names.contains(name(pair))) {
        names.add(name(pair));
      }
    }
    for (String pair : removed) {
      List<String> names = resources.getOrDefault(type(pair), new ArrayList<>());
      names.remove(name(pair));
      if (names.isEmpty()) {
        resources.remove(type(pair));
      }
    }
    return resources;
  }

  private static String type(String pair) throws CliException {
    int at = pair.indexOf('=');
    if (at <= 0 || at == pair.length() - 1) {
      throw CliException.of(ExitCodes.USAGE, "a resource is TYPE=NAME, not \"" + pair + "\"");
    }
    return pair.substring(0, at);
  }

  private static String name(String pair) {
    return pair.substring(pair.indexOf('=') + 1);
  }
}
