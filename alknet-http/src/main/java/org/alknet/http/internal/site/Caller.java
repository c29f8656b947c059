package org.alknet.http.internal.site;

import java.util.Optional;
import org.alknet.core.identity.Identity;

/**
 * Who sent a request.
 *
 * @param identity who presented a token that resolved
 * @param rejected whether a token was presented that did not
 */
public record Caller(Optional<Identity> identity, boolean rejected) {
  /** Nobody in particular, who presented nothing. */
  public static final Caller NOBODY = new Caller(Optional.empty(), false);
}
