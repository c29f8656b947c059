package org.alknet.cli.client;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.alknet.call.adapter.AdapterException;
import org.alknet.call.adapter.FromCall;
import org.alknet.call.adapter.FromCallConfig;
import org.alknet.call.connection.CallRequest;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.registry.HandlerRegistration;
import org.alknet.call.registry.OperationRegistry;
import org.alknet.call.registry.ServiceDiscovery;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * What an import from a remote would bring, found out with the code that imports.
 *
 * <p>Immutable.
 *
 * @param operations what would be imported, by name
 * @param skipped what the remote lists and nobody imports, in its order
 */
public record ImportPreview(List<OperationSpec> operations, List<Skipped> skipped) {
  /** Why something is not imported. */
  public enum Reason {
    /** Every node answers these itself. */
    DISCOVERY,
    /** It cannot be the name of an operation. */
    NAME
  }

  /**
   * Something that is not imported.
   *
   * @param name what the remote calls it, which may be anything
   * @param reason why
   * @param detail the same in words
   */
  public record Skipped(String name, Reason reason, String detail) {}

  /** Copies. */
  public ImportPreview {
    operations = List.copyOf(operations);
    skipped = List.copyOf(skipped);
  }

  /**
   * Asks a remote.
   *
   * @param prefix put before every name with a slash; empty for none
   * @throws CliException if the prefix cannot begin a name, or the remote's answers make no sense
   */
  public static ImportPreview of(Session session, String prefix) throws Exception {
    FromCallConfig config = config(prefix);
    try {
      List<OperationSpec> operations =
          session.interrupts().await(FromCall.importFrom(session.calls(), config)).stream()
              .map(HandlerRegistration::spec)
              .sorted(Comparator.comparing(OperationSpec::name))
              .toList();
      return new ImportPreview(operations, skipped(session, prefix));
    } catch (AdapterException failed) {
      throw CliException.of(ExitCodes.INTERNAL, "nothing can be imported: " + failed.getMessage())
          .withCause(failed);
    }
  }

  /** The import counts what it leaves out and names none of it, so this looks for itself. */
  private static List<Skipped> skipped(Session session, String prefix) throws Exception {
    JsonNode list =
        session
            .call(CallRequest.of(ServiceDiscovery.LIST, JsonNodeFactory.instance.objectNode()))
            .output()
            .orElseGet(JsonNodeFactory.instance::objectNode);
    List<Skipped> skipped = new ArrayList<>();
    for (JsonNode entry : list.path("operations").values()) {
      String name = entry.path("name").asString("");
      if (name.equals(OperationRegistry.RESERVED_NAMESPACE)
          || name.startsWith(OperationRegistry.RESERVED_NAMESPACE + "/")) {
        skipped.add(new Skipped(name, Reason.DISCOVERY, "every node answers it itself"));
      } else if (!OperationSpec.isWellFormedName(name)) {
        skipped.add(new Skipped(name, Reason.NAME, "it is no name of an operation"));
      } else if (!prefix.isEmpty() && !OperationSpec.isWellFormedName(prefix + "/" + name)) {
        skipped.add(new Skipped(name, Reason.NAME, "with the prefix it is too long for a name"));
      }
    }
    return skipped;
  }

  private static FromCallConfig config(String prefix) throws CliException {
    try {
      return prefix.isEmpty() ? FromCallConfig.all() : FromCallConfig.all().withPrefix(prefix);
    } catch (IllegalArgumentException unfit) {
      throw CliException.of(ExitCodes.USAGE, String.valueOf(unfit.getMessage())).withCause(unfit);
    }
  }
}
