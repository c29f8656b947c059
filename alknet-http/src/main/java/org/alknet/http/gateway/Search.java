package org.alknet.http.gateway;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.alknet.call.operation.OperationType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a caller of {@code /search} wants to see of the operations it may call (spec/http.md section
 * 6.1).
 *
 * @param text part of the name, in lower case
 * @param namespace exactly
 * @param type wire name of the kind
 * @param limit most entries of a page; 0 for all of them
 * @param after name of the last entry of the page before
 */
record Search(
    Optional<String> text,
    Optional<String> namespace,
    Optional<String> type,
    int limit,
    Optional<String> after) {
  private static final int MAX_LIMIT = 1000;

  static Search of(Query query) throws Invocation.Refused {
    Optional<String> type = query.get("type");
    if (type.isPresent() && OperationType.ofWireName(type.get()).isEmpty()) {
      throw new Invocation.Refused(400, "type is query, mutation or subscription");
    }
    return new Search(
        query.get("q").map(text -> text.toLowerCase(Locale.ROOT)),
        query.get("namespace"),
        type,
        limit(query.get("limit")),
        cursor(query.get("cursor")));
  }

  private static int limit(Optional<String> text) throws Invocation.Refused {
    if (text.isEmpty()) {
      return 0;
    }
    if (text.get().matches("[0-9]{1,4}")) {
      int limit = Integer.parseInt(text.get());
      if (limit >= 1 && limit <= MAX_LIMIT) {
        return limit;
      }
    }
    throw new Invocation.Refused(400, "limit is a number from 1 to " + MAX_LIMIT);
  }

  private static Optional<String> cursor(Optional<String> text) throws Invocation.Refused {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new String(Base64.getUrlDecoder().decode(text.get()), StandardCharsets.UTF_8));
    } catch (IllegalArgumentException foreign) {
      throw new Invocation.Refused(400, "the cursor is none of ours");
    }
  }

  /** Returns the page of a {@code services/list} answer that is wanted. */
  ObjectNode page(JsonNode list) {
    List<JsonNode> found = new ArrayList<>();
    for (JsonNode entry : list.path("operations")) {
      if (matches(entry)) {
        found.add(entry);
      }
    }
    found.sort(Comparator.comparing(Search::name));
    ObjectNode page = JsonNodeFactory.instance.objectNode();
    boolean more = limit > 0 && found.size() > limit;
    List<JsonNode> shown = more ? found.subList(0, limit) : found;
    page.putArray("operations").addAll(shown);
    if (more) {
      page.put(
          "next_cursor",
          Base64.getUrlEncoder()
              .withoutPadding()
              .encodeToString(name(shown.get(limit - 1)).getBytes(StandardCharsets.UTF_8)));
    }
    return page;
  }

  private boolean matches(JsonNode entry) {
    String name = name(entry);
    return text.map(part -> name.toLowerCase(Locale.ROOT).contains(part)).orElse(true)
        && namespace.map(entry.path("namespace").asString("")::equals).orElse(true)
        && type.map(entry.path("op_type").asString("")::equals).orElse(true)
        && after.map(last -> name.compareTo(last) > 0).orElse(true);
  }

  private static String name(JsonNode entry) {
    return entry.path("name").asString("");
  }
}
