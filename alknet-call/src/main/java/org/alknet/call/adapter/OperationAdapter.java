package org.alknet.call.adapter;

import java.util.List;
import java.util.concurrent.CompletionStage;
import org.alknet.call.registry.HandlerRegistration;

/**
 * A source of operations that live elsewhere (spec/call.md section 19.1).
 *
 * <p>An adapter produces registrations and never registers them. Each is a leaf: internal, without
 * authority and without reach, with the adapter's own provenance, and with the domain errors its
 * origin declares. Asking again gives the same for the same origin.
 *
 * <p>Implementations are thread-safe.
 */
@FunctionalInterface
public interface OperationAdapter {
  /**
   * Finds out what the origin offers.
   *
   * @return the registrations; fails with an {@link AdapterException}
   */
  CompletionStage<List<HandlerRegistration>> importOperations();
}
