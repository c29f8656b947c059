package org.alknet.http.openapi;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.alknet.http.openapi.ImportReport.Reason;
import org.alknet.http.openapi.SchemaConverter.Direction;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes schemas of a document stand on their own: every component that a schema reaches is put once
 * into its {@code $defs}, so cycles stay cycles and nothing is written out twice. A component is
 * converted once for each direction and shared by all schemas.
 *
 * <p>Not thread-safe.
 */
final class SchemaBundles {
  /** Most components of one schema. */
  static final int MAX_DEFINITIONS = 1000;

  /** Most components of all schemas together, each counted as often as it is used. */
  private static final int MAX_USES = 2_000_000;

  private static final String PREFIX = "#/$defs/";

  private final References references;
  private final SchemaConverter converter;
  private final Map<List<String>, String> names = new HashMap<>();
  private final Set<String> taken = new HashSet<>();
  private final Map<String, Integer> counters = new HashMap<>();
  private final Map<Key, Component> components = new HashMap<>();
  private int uses;

  SchemaBundles(References references, OpenApiVersion version) {
    this.references = references;
    this.converter = new SchemaConverter(references, version);
  }

  private record Key(List<String> tokens, Direction direction) {}

  /** A converted component, or why there is none. */
  private static final class Component {
    private final String name;
    private @Nullable JsonNode schema;
    private @Nullable Unusable failure;
    private final Set<Key> all = new LinkedHashSet<>();
    private final Set<Key> inPlace = new LinkedHashSet<>();
    private boolean checked;

    Component(String name) {
      this.name = name;
    }
  }

  /** Starts a schema that is put together from parts. */
  Bundle start(Direction direction) {
    return new Bundle(direction);
  }

  /** Returns one schema of the document on its own. */
  JsonNode alone(JsonNode schema, Direction direction) throws Unusable {
    Bundle bundle = start(direction);
    JsonNode converted = bundle.add(schema);
    if (!(converted instanceof ObjectNode object)) {
      return converted;
    }
    bundle.finish(object);
    return object;
  }

  /** A schema that is being put together. */
  final class Bundle {
    private final Direction direction;
    private final Set<Key> used = new LinkedHashSet<>();

    private Bundle(Direction direction) {
      this.direction = direction;
    }

    /** Converts a part; the result belongs to the caller. */
    JsonNode add(JsonNode schema) throws Unusable {
      return converter.convert(schema, direction, (ref, inPlace) -> use(ref));
    }

    private String use(String ref) throws Unusable {
      References.Target target = references.target(ref);
      used.add(new Key(target.tokens(), direction));
      return PREFIX + name(target.tokens());
    }

    /** Gives the whole schema what its parts refer to. */
    void finish(ObjectNode whole) throws Unusable {
      if (used.isEmpty()) {
        return;
      }
      Map<String, JsonNode> definitions = new TreeMap<>();
      Deque<Key> open = new ArrayDeque<>(used);
      Set<Key> seen = new HashSet<>(used);
      while (!open.isEmpty()) {
        Component component = component(open.pop());
        definitions.put(component.name, Objects.requireNonNull(component.schema));
        if (definitions.size() > MAX_DEFINITIONS || ++uses > MAX_USES) {
          throw new Unusable(
              Reason.TOO_LARGE, "a schema reaches more than " + MAX_DEFINITIONS + " others");
        }
        for (Key next : component.all) {
          if (seen.add(next)) {
            open.push(next);
          }
        }
      }
      for (Key key : seen) {
        refuseCycle(key, new HashSet<>());
      }
      ObjectNode all = JsonNodeFactory.instance.objectNode();
      definitions.forEach(all::set);
      whole.set("$defs", all);
    }
  }

  private Component component(Key key) throws Unusable {
    Component component = components.get(key);
    if (component == null) {
      Component made = new Component(name(key.tokens()));
      components.put(key, made);
      try {
        made.schema =
            converter.convert(
                node(key.tokens()),
                key.direction(),
                (ref, inPlace) -> {
                  References.Target target = references.target(ref);
                  Key used = new Key(target.tokens(), key.direction());
                  made.all.add(used);
                  if (inPlace) {
                    made.inPlace.add(used);
                  }
                  return PREFIX + name(target.tokens());
                });
      } catch (Unusable unusable) {
        made.failure = unusable;
      }
      component = made;
    }
    if (component.failure != null) {
      throw component.failure;
    }
    return component;
  }

  private JsonNode node(List<String> tokens) throws Unusable {
    StringBuilder pointer = new StringBuilder("#");
    for (String token : tokens) {
      pointer.append('/').append(token.replace("~", "~0").replace("/", "~1").replace("%", "%25"));
    }
    return references.target(pointer.toString()).node();
  }

  /** Refuses schemas that apply to a value only if they apply to it: no validator gets anywhere. */
  private void refuseCycle(Key start, Set<Key> path) throws Unusable {
    Component component = component(start);
    if (component.checked) {
      return;
    }
    if (!path.add(start)) {
      throw new Unusable(
          Reason.CYCLIC_REFERENCE, "a schema is defined by itself: " + Shown.of(component.name));
    }
    for (Key next : component.inPlace) {
      refuseCycle(next, path);
    }
    path.remove(start);
    component.checked = true;
  }

  private String name(List<String> tokens) {
    return names.computeIfAbsent(tokens, this::freeName);
  }

  private String freeName(List<String> tokens) {
    String last = tokens.get(tokens.size() - 1).replaceAll("[^A-Za-z0-9._-]", "_");
    String base = last.isEmpty() ? "_" : last.substring(0, Math.min(last.length(), 100));
    String name = base;
    while (!taken.add(name)) {
      name = base + "_" + counters.merge(base, 1, (count, one) -> count + 1);
    }
    return name;
  }
}
