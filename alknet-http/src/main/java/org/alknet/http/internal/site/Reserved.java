package org.alknet.http.internal.site;

import java.util.List;
import java.util.Set;
import org.alknet.http.server.Stealth;

/** Refuses settings that contradict each other, before anything is served. */
final class Reserved {
  /** Paths of documents and endpoints that a deployment must not take for itself. */
  private static final Set<String> OTHERS = Set.of("/openapi.json", "/mcp");

  private Reserved() {}

  static void check(SiteSettings settings) {
    if (settings.stealth() == Stealth.CONCEAL && settings.origins().isOpen()) {
      throw new IllegalArgumentException(
          "other origins cannot be allowed while concealing: a browser asks without a token first");
    }
    settings
        .healthPath()
        .ifPresent(
            path -> {
              if (!path.startsWith("/")
                  || settings.builtIn().containsKey(path)
                  || OTHERS.contains(path)
                  || path.equals(Site.WEB_SOCKET)) {
                throw new IllegalArgumentException("no path for the health check: " + path);
              }
            });
    settings.routes().paths().forEach((path, methods) -> check(settings, path, methods));
  }

  private static void check(SiteSettings settings, String path, List<String> methods) {
    Set<String> taken = new java.util.HashSet<>();
    if (settings.builtIn().containsKey(path)) {
      taken.addAll(settings.builtIn().get(path).keySet());
    }
    if (settings.healthPath().filter(path::equals).isPresent()) {
      taken.add("GET");
    }
    if (path.equals(Site.WEB_SOCKET)) {
      taken.addAll(List.of("GET", "CONNECT"));
    }
    if (taken.contains("GET")) {
      taken.add("HEAD");
    }
    for (String method : methods) {
      if (OTHERS.contains(path) || taken.contains(method)) {
        throw new IllegalArgumentException("this route is built in: " + method + " " + path);
      }
    }
  }
}
