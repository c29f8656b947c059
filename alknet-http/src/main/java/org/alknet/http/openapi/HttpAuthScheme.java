package org.alknet.http.openapi;

import org.alknet.http.server.HttpFields;

/**
 * How a service wants its credential. The credential itself comes with each call, from the
 * capabilities of the operation.
 *
 * <p>Immutable.
 */
public sealed interface HttpAuthScheme {
  /** {@code Authorization: Bearer} and the credential. */
  record Bearer() implements HttpAuthScheme {}

  /** {@code Authorization: Basic} and the credential, which is base64 of {@code user:password}. */
  record Basic() implements HttpAuthScheme {}

  /**
   * A header field of its own.
   *
   * @param headerName its name
   */
  record ApiKey(String headerName) implements HttpAuthScheme {
    /**
     * Checks the name.
     *
     * @throws IllegalArgumentException if it is no name of a header field
     */
    public ApiKey {
      HttpServiceConfig.checkField(HttpFields.of(headerName, ""));
    }
  }

  /**
   * A parameter of the query.
   *
   * @param name its name
   */
  record ApiKeyQuery(String name) implements HttpAuthScheme {
    /**
     * Checks the name.
     *
     * @throws IllegalArgumentException if it is empty
     */
    public ApiKeyQuery {
      if (name.isEmpty()) {
        throw new IllegalArgumentException("a parameter of the query has a name");
      }
    }
  }

  /**
   * A cookie.
   *
   * @param name its name
   */
  record ApiKeyCookie(String name) implements HttpAuthScheme {
    /**
     * Checks the name.
     *
     * @throws IllegalArgumentException if it is no token
     */
    public ApiKeyCookie {
      HttpFields.of(name, "");
    }
  }
}
