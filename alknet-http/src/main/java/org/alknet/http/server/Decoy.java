package org.alknet.http.server;

import java.nio.file.Path;
import java.util.Objects;

/** What the server pretends to be to those who ask for nothing it offers. Immutable. */
public sealed interface Decoy {
  /** A web server without content: its page for 404. */
  record NotFound() implements Decoy {}

  /**
   * A web server with a static site.
   *
   * @param root its directory; nothing outside is ever read, links included
   */
  record StaticSite(Path root) implements Decoy {
    /** Refuses null. */
    public StaticSite {
      Objects.requireNonNull(root, "root");
    }
  }

  /**
   * A web server that sends everybody elsewhere.
   *
   * @param to an absolute address
   */
  record Redirect(String to) implements Decoy {
    /** Refuses what cannot stand in a header. */
    public Redirect {
      HttpFields.of("Location", to);
      if (!to.startsWith("https://") && !to.startsWith("http://")) {
        throw new IllegalArgumentException("a redirect leads to an http or https address");
      }
    }
  }
}
