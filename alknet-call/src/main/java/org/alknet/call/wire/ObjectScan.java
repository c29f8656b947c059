package org.alknet.call.wire;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Walks over the members of one JSON object without parsing their values: it only finds where each
 * begins and ends, in a single pass over the bytes. What it lets through is JSON if and only if the
 * values are, so whoever takes a value parses or checks it, and everything was looked at once.
 *
 * <p>Not thread-safe.
 */
final class ObjectScan {
  private final byte[] json;
  private final int end;
  private int at;
  private boolean first = true;

  /** Scans these bytes, which are UTF-8. */
  ObjectScan(byte[] json, int from, int to) {
    this.json = json;
    this.at = from;
    this.end = to;
  }

  /** Enters the object; false if the value is something else. */
  boolean enter() {
    skipSpace();
    if (at < end && json[at] == '{') {
      at++;
      return true;
    }
    return false;
  }

  /** Moves to the value of the next member and returns its name; null after the last. */
  @Nullable String next() throws FrameException {
    skipSpace();
    byte b = here();
    if (b == '}') {
      at++;
      skipSpace();
      if (at < end) {
        throw FrameException.json("a frame is one JSON value");
      }
      return null;
    }
    if (!first) {
      require(b, ',');
      at++;
      skipSpace();
      b = here();
    }
    first = false;
    require(b, '"');
    int from = at;
    skipString();
    String name = text(from, at);
    skipSpace();
    require(here(), ':');
    at++;
    return name;
  }

  /** Moves past the value and returns it as it came. */
  Payload value() throws FrameException {
    skipSpace();
    int from = at;
    switch (here()) {
      case '"' -> skipString();
      case '{', '[' -> skipNested();
      default -> skipScalar();
    }
    return Payload.of(json, from, at);
  }

  /** Returns a string that has no escapes; null if it has, or is none. */
  static @Nullable String plainText(byte[] json, int from, int to) {
    if (to - from < 2 || json[from] != '"' || json[to - 1] != '"') {
      return null;
    }
    for (int i = from + 1; i < to - 1; i++) {
      byte b = json[i];
      if (b == '\\' || b == '"' || (b >= 0 && b < ' ')) {
        return null;
      }
    }
    return new String(json, from + 1, to - from - 2, StandardCharsets.UTF_8);
  }

  private String text(int from, int to) throws FrameException {
    String plain = plainText(json, from, to);
    return plain != null ? plain : EnvelopeCodec.tree(json, from, to).stringValue();
  }

  private void skipString() throws FrameException {
    int i = at + 1;
    while (i < end) {
      byte b = json[i++];
      if (b == '"') {
        at = i;
        return;
      }
      if (b == '\\') {
        i++;
      }
    }
    throw FrameException.json("a string has an end");
  }

  /** Which bracket closes which is for the parser; how deep they go is not. */
  private void skipNested() throws FrameException {
    int depth = 0;
    do {
      switch (here()) {
        case '"' -> {
          skipString();
          continue;
        }
        case '{', '[' -> {
          // The envelope is the first level.
          if (++depth >= EnvelopeCodec.MAX_NESTING) {
            throw FrameException.json("too deeply nested");
          }
        }
        case '}', ']' -> depth--;
        default -> {}
      }
      at++;
    } while (depth > 0);
  }

  private void skipScalar() throws FrameException {
    // A mark in front of the text would be skipped by the parser, and is not JSON here.
    if (json[at] < '-' || json[at] > 't') {
      throw FrameException.json("a value is JSON");
    }
    while (at < end && ",}] \t\r\n".indexOf(json[at]) < 0) {
      at++;
    }
  }

  private void skipSpace() {
    while (at < end
        && (json[at] == ' ' || json[at] == '\n' || json[at] == '\r' || json[at] == '\t')) {
      at++;
    }
  }

  private byte here() throws FrameException {
    if (at >= end) {
      throw FrameException.json("an object has an end");
    }
    return json[at];
  }

  private static void require(byte found, char expected) throws FrameException {
    if (found != expected) {
      throw FrameException.json("an object has members");
    }
  }
}
