package org.alknet.http.server;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Routes a deployment adds to the built-in ones (spec/http.md section 9). They are plain HTTP: no
 * operations, in no list, and nothing is enforced for them; the caller's identity is resolved.
 *
 * <p>Immutable.
 */
public final class CustomRoutes {
  private static final CustomRoutes NONE = builder().build();

  private final Map<String, Map<String, HttpRouteHandler>> exact;
  private final Map<String, HttpRouteHandler> prefixes;

  private CustomRoutes(
      Map<String, Map<String, HttpRouteHandler>> exact, Map<String, HttpRouteHandler> prefixes) {
    this.exact = exact;
    this.prefixes = prefixes;
  }

  /** Returns no routes. */
  public static CustomRoutes none() {
    return NONE;
  }

  /** Returns an empty builder. */
  public static Builder builder() {
    return new Builder();
  }

  /** Finds who answers; the longest prefix wins, after the exact paths. */
  public Optional<HttpRouteHandler> find(String method, String path) {
    HttpRouteHandler handler = exact.getOrDefault(path, Map.of()).get(method);
    if (handler != null) {
      return Optional.of(handler);
    }
    String longest = null;
    for (String prefix : prefixes.keySet()) {
      if (path.startsWith(prefix) && (longest == null || prefix.length() > longest.length())) {
        longest = prefix;
      }
    }
    return Optional.ofNullable(longest == null ? null : prefixes.get(longest));
  }

  /** Whether an exact path has a route for any method. */
  public boolean contains(String path) {
    return exact.containsKey(path);
  }

  /** Returns the methods of an exact path, in their order; none if there is no such path. */
  public List<String> methods(String path) {
    return List.copyOf(new TreeSet<>(exact.getOrDefault(path, Map.of()).keySet()));
  }

  /** Returns the exact paths with their methods. */
  public Map<String, List<String>> paths() {
    Map<String, List<String>> paths = new LinkedHashMap<>();
    exact.keySet().forEach(path -> paths.put(path, methods(path)));
    return paths;
  }

  /** Returns the prefixes. */
  public List<String> prefixes() {
    return new ArrayList<>(prefixes.keySet());
  }

  /** Collects routes. Not thread-safe. */
  public static final class Builder {
    private final Map<String, Map<String, HttpRouteHandler>> exact = new LinkedHashMap<>();
    private final Map<String, HttpRouteHandler> prefixes = new LinkedHashMap<>();

    private Builder() {}

    /** Answers GET, and HEAD with it. */
    public Builder get(String path, HttpRouteHandler handler) {
      return on("GET", path, handler);
    }

    /** Answers POST. */
    public Builder post(String path, HttpRouteHandler handler) {
      return on("POST", path, handler);
    }

    /**
     * Answers one method of one path, which is compared with what is sent, undecoded.
     *
     * @throws IllegalArgumentException if the route exists or the path does not start with a slash
     */
    public Builder on(String method, String path, HttpRouteHandler handler) {
      Objects.requireNonNull(handler, "handler");
      if (exact
              .computeIfAbsent(checked(path), any -> new LinkedHashMap<>())
              .putIfAbsent(Objects.requireNonNull(method, "method"), handler)
          != null) {
        throw new IllegalArgumentException("route already there: " + method + " " + path);
      }
      return this;
    }

    /**
     * Answers every method of every path that starts like this, if nothing else does.
     *
     * @throws IllegalArgumentException if the prefix exists or is not enclosed in slashes
     */
    public Builder prefix(String path, HttpRouteHandler handler) {
      if (!checked(path).endsWith("/") || path.length() < 3) {
        throw new IllegalArgumentException("a prefix is enclosed in slashes, such as /v2/");
      }
      if (prefixes.putIfAbsent(path, Objects.requireNonNull(handler, "handler")) != null) {
        throw new IllegalArgumentException("prefix already there: " + path);
      }
      return this;
    }

    /** Returns the routes. */
    public CustomRoutes build() {
      Map<String, Map<String, HttpRouteHandler>> copy = new LinkedHashMap<>();
      exact.forEach((path, methods) -> copy.put(path, Map.copyOf(methods)));
      return new CustomRoutes(Map.copyOf(copy), Map.copyOf(prefixes));
    }

    private static String checked(String path) {
      if (!path.startsWith("/") || path.contains("?") || path.contains("#")) {
        throw new IllegalArgumentException("the path of a route starts with a slash: " + path);
      }
      return path;
    }
  }
}
