package org.alknet.call.wire;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A JSON value as it came: bytes until somebody needs the value, so that the transport's thread
 * need not parse what a handler or a caller will look at, and nobody parses what is thrown away.
 * Whether the bytes are JSON at all shows when they are parsed. Prints without its content, which
 * may hold a token.
 *
 * <p>Thread-safe. Immutable, as long as nobody changes the tree.
 */
public final class Payload {
  /** The bytes, until they are parsed. */
  @GuardedBy("this")
  private byte @Nullable [] json;

  @GuardedBy("this")
  private int from;

  @GuardedBy("this")
  private int to;

  @GuardedBy("this")
  private @Nullable JsonNode tree;

  private Payload(byte @Nullable [] json, int from, int to, @Nullable JsonNode tree) {
    this.json = json;
    this.from = from;
    this.to = to;
    this.tree = tree;
  }

  /** Wraps a value that was never bytes. */
  public static Payload of(JsonNode tree) {
    return new Payload(null, 0, 0, Objects.requireNonNull(tree, "tree"));
  }

  /** Wraps a part of an array that nobody changes. */
  static Payload of(byte[] json, int from, int to) {
    return new Payload(json, from, to, null);
  }

  /**
   * Returns the value, parsed at the first time.
   *
   * @throws FrameException if it is no JSON within the limits
   */
  public synchronized JsonNode tree() throws FrameException {
    if (tree == null) {
      tree = EnvelopeCodec.tree(Objects.requireNonNull(json), from, to);
      json = null;
    }
    return tree;
  }

  /**
   * Returns the members of an object in their order, unparsed; empty if this is something else or a
   * name comes twice, and then the value as a whole was checked.
   *
   * @throws FrameException if it is no JSON, as far as can be seen
   */
  public synchronized Optional<Map<String, Payload>> members() throws FrameException {
    Map<String, Payload> members = new LinkedHashMap<>();
    if (tree != null) {
      tree.properties().forEach(entry -> members.put(entry.getKey(), of(entry.getValue())));
      return tree.isObject() ? Optional.of(members) : Optional.empty();
    }
    ObjectScan scan = new ObjectScan(Objects.requireNonNull(json), from, to);
    boolean distinct = scan.enter();
    if (distinct) {
      for (String name = scan.next(); name != null; name = scan.next()) {
        distinct &= members.put(name, scan.value()) == null;
      }
    }
    if (distinct) {
      return Optional.of(members);
    }
    check();
    return Optional.empty();
  }

  /**
   * Checks a value that nobody will look at.
   *
   * @throws FrameException if it is no JSON within the limits
   */
  public void check() throws FrameException {
    Objects.requireNonNull(tree());
  }

  @Override
  public String toString() {
    return "Payload";
  }
}
