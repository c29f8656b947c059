package org.alknet.call.adapter;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** About how large a value is as text, counted without writing it. */
final class JsonSize {
  /** Brackets, separators, and what a node costs in memory beside its text. */
  private static final int PER_NODE = 8;

  private JsonSize() {}

  /** Returns the size in characters, or any number above the limit once that is exceeded. */
  static long atMost(long limit, JsonNode value) {
    long size = 0;
    ArrayDeque<Iterator<JsonNode>> open = new ArrayDeque<>();
    open.push(List.of(value).iterator());
    while (!open.isEmpty() && size <= limit) {
      Iterator<JsonNode> siblings = open.peek();
      if (!siblings.hasNext()) {
        open.pop();
        continue;
      }
      JsonNode node = siblings.next();
      size += PER_NODE;
      if (node.isString()) {
        size += node.stringValue().length();
      } else if (node.isNumber()) {
        size += 20;
      } else if (node.isContainer()) {
        for (Map.Entry<String, JsonNode> property : node.properties()) {
          size += property.getKey().length();
        }
        open.push(node.iterator());
      }
    }
    return size;
  }
}
