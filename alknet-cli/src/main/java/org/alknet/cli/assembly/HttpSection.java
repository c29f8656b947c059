package org.alknet.cli.assembly;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.alknet.cli.config.Settings;
import org.alknet.core.config.ListenAddress;
import org.alknet.http.server.Decoy;
import org.alknet.http.server.Origins;
import org.alknet.http.server.Stealth;

/** Reads the table {@code [http]} (spec/cli.md section 6.2). */
final class HttpSection {
  private static final List<String> KEYS =
      List.of(
          "listen_addr",
          "cert",
          "key",
          "decoy",
          "stealth",
          "origins",
          "hosts",
          "health_path",
          "mcp");
  private static final Pattern HOST =
      Pattern.compile("[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\\[[0-9a-f:.]+]");
  private static final Pattern PATH = Pattern.compile("/[A-Za-z0-9._~/-]*");
  private static final int MOST_NAMES = 100;

  private final Settings http;

  private HttpSection(Settings http) {
    this.http = http;
  }

  static Optional<NodeConfig.Http> read(Settings root, Path base) {
    return root.section("http", KEYS).map(section -> new HttpSection(section).read(base));
  }

  private NodeConfig.Http read(Path base) {
    Stealth stealth =
        http.word("stealth", List.of("off", "conceal"))
            .filter("conceal"::equals)
            .map(word -> Stealth.CONCEAL)
            .orElse(Stealth.OFF);
    return new NodeConfig.Http(
        listen(),
        files(base),
        decoy(base),
        stealth,
        origins(stealth),
        hosts(),
        healthPath(),
        http.flag("mcp").orElse(false));
  }

  private List<InetSocketAddress> listen() {
    List<InetSocketAddress> addresses = new ArrayList<>();
    for (String text : http.textOrTexts("listen_addr")) {
      Optional<InetSocketAddress> address = ListenAddress.parse(text);
      if (address.isEmpty()) {
        http.report("listen_addr", "is an IP address and a port, such as 0.0.0.0:443 or [::]:443");
      } else if (addresses.contains(address.get())) {
        http.report("listen_addr", "has an address twice");
      } else {
        addresses.add(address.get());
      }
    }
    return addresses;
  }

  private Optional<NodeConfig.CertificateFiles> files(Path base) {
    Optional<Path> cert = http.path("cert", base);
    Optional<Path> key = http.path("key", base);
    if (http.has("cert") != http.has("key")) {
      http.report(http.has("cert") ? "cert" : "key", "is half of it: cert and key go together");
    }
    return cert.isPresent() && key.isPresent()
        ? Optional.of(new NodeConfig.CertificateFiles(cert.get(), key.get()))
        : Optional.empty();
  }

  private Decoy decoy(Path base) {
    String text = http.text("decoy").orElse("not_found");
    if (text.equals("not_found")) {
      return new Decoy.NotFound();
    }
    String rest = text.substring(text.indexOf(':') + 1);
    if (text.startsWith("site:") && !rest.isEmpty()) {
      return new Decoy.StaticSite(base.resolve(rest).normalize());
    }
    if (text.startsWith("redirect:")) {
      try {
        return new Decoy.Redirect(rest);
      } catch (IllegalArgumentException unfit) {
        http.report("decoy", "redirects to an http or https address");
        return new Decoy.NotFound();
      }
    }
    http.report("decoy", "is not_found, site:DIRECTORY or redirect:URL");
    return new Decoy.NotFound();
  }

  /** Spells a decoy as a file does. */
  static String spell(Decoy decoy) {
    if (decoy instanceof Decoy.StaticSite site) {
      return "site:" + site.root();
    }
    return decoy instanceof Decoy.Redirect redirect ? "redirect:" + redirect.to() : "not_found";
  }

  private Set<String> origins(Stealth stealth) {
    Set<String> origins = new LinkedHashSet<>();
    for (String origin : names("origins")) {
      try {
        if (!origin.equals("*")) {
          Origins.of(Set.of(origin));
        }
        origins.add(origin);
      } catch (IllegalArgumentException none) {
        http.report("origins", "has such as https://app.example.org, or the one entry \"*\"");
      }
    }
    if (origins.contains("*") && origins.size() > 1) {
      http.report("origins", "has nothing beside \"*\", which is all of them");
    }
    if (stealth == Stealth.CONCEAL && !origins.isEmpty()) {
      http.report(
          "origins",
          "does not go with stealth = \"conceal\": a browser asks without a token first");
    }
    return origins;
  }

  private Set<String> hosts() {
    Set<String> hosts = new LinkedHashSet<>();
    for (String host : names("hosts")) {
      if (HOST.matcher(host).matches()) {
        hosts.add(host);
      } else {
        http.report("hosts", "has names in lower case, without a port, such as node.example.org");
      }
    }
    return hosts;
  }

  private List<String> names(String key) {
    List<String> names = http.texts(key);
    if (names.size() > MOST_NAMES) {
      http.report(key, "has at most " + MOST_NAMES + " entries");
    }
    return names;
  }

  private Optional<String> healthPath() {
    String path = http.text("health_path").orElse(NodeConfig.Http.HEALTH_PATH);
    if (path.equals("off")) {
      return Optional.empty();
    }
    if (!PATH.matcher(path).matches()) {
      http.report("health_path", "is a path such as /healthz, or off");
      return Optional.empty();
    }
    return Optional.of(path);
  }
}
