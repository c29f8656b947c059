package org.alknet.cli.assembly;

import java.util.List;
import java.util.Objects;
import org.alknet.call.registry.HandlerRegistration;

/**
 * An operation that a node is to offer.
 *
 * <p>Immutable.
 *
 * @param registration what it is
 * @param credentials names of the stored credentials its handler gets
 */
record Offered(HandlerRegistration registration, List<String> credentials) {
  Offered {
    Objects.requireNonNull(registration, "registration");
    credentials = List.copyOf(credentials);
  }
}
