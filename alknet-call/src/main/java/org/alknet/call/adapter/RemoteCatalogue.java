package org.alknet.call.adapter;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.alknet.call.operation.CallError;
import org.alknet.call.operation.ErrorDefinition;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.operation.Visibility;
import org.alknet.call.registry.OperationRegistry;
import org.alknet.call.registry.SpecJson;
import tools.jackson.databind.JsonNode;

/**
 * Reads what a peer says about itself, and believes none of it: names follow our grammar, sizes are
 * bounded, and whatever the peer wrote, the result is internal.
 */
final class RemoteCatalogue {
  /** Most operations of one peer (spec/call.md G-28). */
  static final int MAX_OPERATIONS = 4096;

  /** Longest description of one operation. */
  static final long MAX_SPEC_CHARACTERS = 1 << 20;

  private static final Logger LOG = System.getLogger(RemoteCatalogue.class.getName());

  private RemoteCatalogue() {}

  /** Returns the remote names worth asking about, in the peer's order. */
  static List<String> wanted(JsonNode list, FromCallConfig config) throws AdapterException {
    JsonNode entries = list.path("operations");
    if (!entries.isArray()) {
      throw new AdapterException.SchemaParse("services/list has no array \"operations\"");
    }
    if (entries.size() > MAX_OPERATIONS) {
      throw new AdapterException.DiscoveryFailed(
          "the peer lists " + entries.size() + " operations, more than " + MAX_OPERATIONS);
    }
    List<String> names = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    int malformed = 0;
    for (JsonNode entry : entries) {
      JsonNode name = entry.path("name");
      if (!name.isString()) {
        throw new AdapterException.SchemaParse("services/list has an entry without a name");
      }
      String remote = name.stringValue();
      if (!config.wants(remote) || isDiscovery(remote)) {
        continue;
      }
      if (!OperationSpec.isWellFormedName(remote)
          || !OperationSpec.isWellFormedName(config.localName(remote))) {
        malformed++;
        continue;
      }
      if (!seen.add(remote)) {
        throw new AdapterException.SamePeerCollision(config.localName(remote));
      }
      names.add(remote);
    }
    if (malformed > 0) {
      // The names themselves could be anything, so they are not repeated.
      LOG.log(Level.WARNING, "event=import_skipped reason=malformed_name count={0}", malformed);
    }
    return names;
  }

  private static boolean isDiscovery(String name) {
    return name.equals(OperationRegistry.RESERVED_NAMESPACE)
        || name.startsWith(OperationRegistry.RESERVED_NAMESPACE + "/");
  }

  /**
   * Reads the description of one operation and makes it ours: under the local name, internal,
   * without error definitions that nobody may declare.
   *
   * @param remoteName what was asked about
   */
  static OperationSpec spec(JsonNode answer, String remoteName, FromCallConfig config)
      throws AdapterException {
    OperationSpec remote;
    try {
      remote = SpecJson.parseSpec(answer);
    } catch (IllegalArgumentException malformed) {
      throw new AdapterException.SchemaParse(remoteName + ": " + malformed.getMessage(), malformed);
    }
    if (!remote.name().equals(remoteName)) {
      throw new AdapterException.SchemaParse(remoteName + ": the peer described another operation");
    }
    List<ErrorDefinition> errors =
        remote.errorSchemas().stream()
            .filter(definition -> !CallError.isProtocolCode(definition.code()))
            .toList();
    return new OperationSpec(
        config.localName(remoteName),
        remote.opType(),
        Visibility.INTERNAL,
        remote.inputSchema(),
        remote.outputSchema(),
        errors,
        remote.accessControl());
  }

  /** Says what an error in place of an answer means. */
  static AdapterException failure(String question, CallError error) {
    String message = question + ": " + error.code();
    if (error.code().equals(CallError.FORBIDDEN)) {
      return new AdapterException.Unauthorized(message);
    }
    Optional<String> reason = error.details().map(details -> details.path("reason").asString(""));
    boolean gone = reason.equals(Optional.of(CallError.REASON_CONNECTION_CLOSED));
    return gone
        ? new AdapterException.Transport(question + ": connection closed")
        : new AdapterException.DiscoveryFailed(message);
  }
}
