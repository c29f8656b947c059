package org.alknet.http.openapi;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.alknet.call.operation.OperationSpec;
import org.alknet.http.openapi.ImportReport.Reason;

/**
 * What the operations of one document are called here. The first to want a name keeps it, so the
 * names depend on the document only.
 *
 * <p>Not thread-safe.
 */
final class OperationNames {
  private final String namespace;
  private final Set<String> taken = new HashSet<>();
  private final Map<String, Integer> counters = new HashMap<>();

  OperationNames(String namespace) {
    this.namespace = namespace;
  }

  /**
   * Finds a free name.
   *
   * @param method in any case
   */
  String find(String method, PathTemplate path, Optional<String> operationId) throws Unusable {
    String plain = operationId.map(OperationNames::clean).orElse("");
    if (plain.isEmpty()) {
      String segments = clean(String.join("_", path.staticSegments()).replace('/', '_'));
      plain = method.toLowerCase(Locale.ROOT) + "_" + (segments.isEmpty() ? "root" : segments);
    }
    String name = namespace + "/" + plain;
    List<String> placeholders = path.placeholders();
    if (taken.contains(name) && !placeholders.isEmpty()) {
      String last = clean(placeholders.get(placeholders.size() - 1).replace('/', '_'));
      name = last.isEmpty() ? name : name + "_by_" + last;
    }
    return free(name);
  }

  /** Returns this name, or one like it that is free. */
  String free(String wanted) throws Unusable {
    String name = wanted;
    while (taken.contains(name)) {
      name = wanted + "_" + (counters.merge(wanted, 1, Integer::sum) + 1);
    }
    if (!OperationSpec.isWellFormedName(name)) {
      throw new Unusable(Reason.NAME, "no operation can be called " + Shown.of(name));
    }
    taken.add(name);
    return name;
  }

  /** Makes an id fit the grammar of names, as far as that goes. */
  static String clean(String id) {
    StringBuilder cleaned = new StringBuilder(id.length());
    for (String segment : id.replaceAll("[^A-Za-z0-9._/-]", "_").split("/", -1)) {
      String rest = segment.replaceFirst("^[._-]+", "");
      if (!rest.isEmpty()) {
        cleaned.append(cleaned.isEmpty() ? "" : "/").append(rest);
      }
    }
    return cleaned.toString();
  }
}
