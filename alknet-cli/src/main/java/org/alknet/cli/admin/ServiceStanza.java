package org.alknet.cli.admin;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import org.alknet.cli.assembly.NodeConfig;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;

/** The table of a service in a configuration. */
public final class ServiceStanza {
  private ServiceStanza() {}

  /** Whether this names a document elsewhere, and not a file. */
  public static boolean isUrl(String document) {
    return document.matches("[A-Za-z][A-Za-z0-9+.-]+://.*");
  }

  /**
   * Appends the table to a configuration; exposes nothing.
   *
   * @throws CliException if there is no configuration, or not one in TOML
   */
  public static void append(Optional<Path> file, NodeConfig.OpenApi service)
      throws CliException, IOException {
    if (file.isEmpty()) {
      throw CliException.of(
          ExitCodes.MISSING, "there is no configuration to append to", "alknet init  makes one.");
    }
    if (!file.get().toString().endsWith(".toml")) {
      throw CliException.of(
          ExitCodes.USAGE, "a table can be appended to a configuration in TOML only");
    }
    String text = Files.readString(file.get());
    String stanza = of(service);
    Path next = file.get().resolveSibling(file.get().getFileName() + ".new");
    // As the old one, since its rights may be narrower than the usual ones.
    Files.copy(
        file.get(), next, StandardCopyOption.COPY_ATTRIBUTES, StandardCopyOption.REPLACE_EXISTING);
    Files.writeString(next, text.stripTrailing() + "\n\n" + stanza);
    Files.move(
        next, file.get(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Returns the table as text. */
  static String of(NodeConfig.OpenApi service) {
    StringBuilder stanza = new StringBuilder("[[operations.openapi]]\n");
    line(stanza, "namespace", service.namespace());
    line(
        stanza,
        "document",
        service
            .file()
            .map(Path::toString)
            .or(() -> service.url().map(URI::toString))
            .orElseThrow());
    service.baseUrl().ifPresent(url -> line(stanza, "base_url", url.toString()));
    return stanza
        .append("expose = []               # names that may be called from outside\n")
        .append("required_scopes = []\n")
        .append("#credential = \"")
        .append(service.namespace())
        .append("\"       # alknet credential put\n")
        .append("#auth = \"bearer\"          # bearer | basic | header:NAME | query:NAME\n")
        .toString();
  }

  private static void line(StringBuilder to, String key, String value) {
    to.append(key)
        .append(" = \"")
        .append(value.replace("\\", "\\\\").replace("\"", "\\\""))
        .append("\"\n");
  }
}
