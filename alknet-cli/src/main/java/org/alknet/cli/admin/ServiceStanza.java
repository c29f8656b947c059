package org.alknet.cli.admin;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.alknet.cli.assembly.NodeConfig;

/** The table of a service in a configuration. */
public final class ServiceStanza {
  private ServiceStanza() {}

  /** Whether this names a document elsewhere, and not a file. */
  public static boolean isUrl(String document) {
    return document.matches("[A-Za-z][A-Za-z0-9+.-]+://.*");
  }

  /** Returns the table as lines; it exposes nothing. */
  public static List<String> of(NodeConfig.OpenApi service) {
    List<String> stanza = new ArrayList<>();
    stanza.add("[[operations.openapi]]");
    stanza.add("namespace = " + PeerFile.quoted(service.namespace()));
    stanza.add(
        "document = "
            + PeerFile.quoted(
                service
                    .file()
                    .map(Path::toString)
                    .or(() -> service.url().map(URI::toString))
                    .orElseThrow()));
    service.baseUrl().ifPresent(url -> stanza.add("base_url = " + PeerFile.quoted(url.toString())));
    stanza.add("expose = []               # names that may be called from outside");
    stanza.add("required_scopes = []");
    stanza.add("#credential = \"" + service.namespace() + "\"       # alknet credential put");
    stanza.add("#auth = \"bearer\"          # bearer | basic | header:NAME | query:NAME");
    return stanza;
  }
}
