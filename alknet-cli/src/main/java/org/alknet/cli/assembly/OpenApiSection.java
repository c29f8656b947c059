package org.alknet.cli.assembly;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.alknet.call.operation.OperationSpec;
import org.alknet.cli.config.Settings;
import org.alknet.http.openapi.HttpAuthScheme;
import org.alknet.http.openapi.HttpServiceConfig;

/** Reads the tables {@code [[operations.openapi]]} (spec/cli.md section 6.2). */
final class OpenApiSection {
  private static final List<String> KEYS =
      List.of(
          "namespace", "document", "base_url", "credential", "auth", "expose", "required_scopes");
  private static final int MOST_SERVICES = 100;

  private final Settings table;

  private OpenApiSection(Settings table) {
    this.table = table;
  }

  static List<NodeConfig.OpenApi> read(Settings operations, Path base) {
    List<NodeConfig.OpenApi> services = new ArrayList<>();
    Set<String> namespaces = new HashSet<>();
    for (Settings table : operations.sections("openapi", KEYS)) {
      NodeConfig.OpenApi service = new OpenApiSection(table).read(base);
      if (!service.namespace().isEmpty() && !namespaces.add(service.namespace())) {
        table.report("namespace", "is there twice");
      }
      services.add(service);
    }
    if (services.size() > MOST_SERVICES) {
      operations.report("openapi", "has at most " + MOST_SERVICES + " entries");
    }
    return services;
  }

  private NodeConfig.OpenApi read(Path base) {
    String namespace = table.required("namespace");
    if (!namespace.isEmpty() && !OperationSpec.isWellFormedName(namespace)) {
      table.report("namespace", "has the form of an operation name");
    }
    String document = table.required("document");
    boolean remote = isUrl(document);
    if (remote && !document.startsWith("https://")) {
      table.report("document", "is a file or an https address");
    }
    Optional<URI> url = remote ? address("document", document) : Optional.empty();
    Optional<Path> file = remote ? Optional.empty() : table.path("document", base);
    Optional<String> credential = table.text("credential").filter(name -> !name.isEmpty());
    if (table.has("auth") && credential.isEmpty()) {
      table.report("auth", "goes with a credential");
    }
    Optional<URI> baseUrl =
        table.text("base_url").flatMap(text -> address("base_url", text)).flatMap(this::usable);
    if (credential.isPresent() && baseUrl.filter(address -> !keepsSecrets(address)).isPresent()) {
      table.report("base_url", "is https, since a credential is sent there");
    }
    return new NodeConfig.OpenApi(
        namespace,
        file,
        url,
        baseUrl,
        credential,
        credential.map(name -> auth()),
        new Exposure(table.textOrTexts("expose"), table.textOrTexts("required_scopes"), List.of()));
  }

  /** Whether this names a document elsewhere, and not a file. */
  static boolean isUrl(String document) {
    return document.matches("[A-Za-z][A-Za-z0-9+.-]+://.*");
  }

  /** Whether what is sent there cannot be read on the way. */
  static boolean keepsSecrets(URI address) {
    if ("https".equals(address.getScheme())) {
      return true;
    }
    String host = address.getHost();
    try {
      boolean literal = host != null && host.matches("\\[.*]|[0-9.]+|localhost");
      return literal && InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException none) {
      return false;
    }
  }

  private Optional<URI> address(String key, String text) {
    try {
      return Optional.of(new URI(text));
    } catch (URISyntaxException malformed) {
      table.report(key, "is no address");
      return Optional.empty();
    }
  }

  private Optional<URI> usable(URI address) {
    try {
      return Optional.of(HttpServiceConfig.builder("any", address).build().baseUrl());
    } catch (IllegalArgumentException unfit) {
      table.report("base_url", String.valueOf(unfit.getMessage()));
      return Optional.empty();
    }
  }

  private HttpAuthScheme auth() {
    String text = table.text("auth").orElse("bearer");
    String name = text.substring(text.indexOf(':') + 1);
    try {
      Optional<HttpAuthScheme> scheme = AuthSpelling.parse(text);
      if (scheme.isPresent()) {
        return scheme.get();
      }
      table.report("auth", "is bearer, basic, header:NAME, query:NAME or cookie:NAME");
    } catch (IllegalArgumentException unfit) {
      table.report("auth", "cannot use the name " + name);
    }
    return new HttpAuthScheme.Bearer();
  }
}
