package org.alknet.core.tls;

import java.net.URI;
import java.util.Objects;

/** Which ACME server issues certificates (RFC 8555). */
public sealed interface AcmeDirectory {
  /** Returns the address of the directory resource. */
  String url();

  /** The production server of Let's Encrypt. */
  record Production() implements AcmeDirectory {
    @Override
    public String url() {
      return "https://acme-v02.api.letsencrypt.org/directory";
    }
  }

  /** The staging server of Let's Encrypt, whose certificates nobody trusts. */
  record Staging() implements AcmeDirectory {
    @Override
    public String url() {
      return "https://acme-staging-v02.api.letsencrypt.org/directory";
    }
  }

  /**
   * Another server.
   *
   * @param url absolute https address of its directory resource
   */
  record Custom(String url) implements AcmeDirectory {
    /** Refuses anything but an absolute https address. */
    public Custom {
      URI uri = URI.create(Objects.requireNonNull(url, "url"));
      if (!"https".equalsIgnoreCase(uri.getScheme()) || uri.getHost() == null) {
        throw new IllegalArgumentException("an ACME directory is an absolute https address");
      }
    }
  }
}
