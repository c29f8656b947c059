package org.alknet.cli.assembly;

import java.util.List;
import org.alknet.call.registry.HandlerRegistration;
import org.alknet.call.registry.LeafNamespace;
import org.alknet.call.registry.OperationRegistry;
import org.alknet.cli.demo.DemoOperations;

/** Builds what a node offers: steps 6 and 7 of spec/cli.md section 7. */
final class NodeRegistry {
  private NodeRegistry() {}

  /**
   * Registers discovery, the demo operations, those of services and those of the builder, each with
   * its credentials.
   *
   * @param imported the operations of services
   * @param followed those of servers whose tools may change
   * @throws NodeException if two have one name or one does not fit, or a credential is missing and
   *     required
   */
  static OperationRegistry build(
      NodeSettings settings,
      DemoOperations demos,
      List<Offered> imported,
      List<LeafNamespace> followed,
      CapabilityInjector capabilities)
      throws NodeException {
    OperationRegistry.Builder registry = OperationRegistry.builder().withServiceDiscovery();
    if (settings.listsPeers()) {
      registry.withPeerDiscovery();
    }
    try {
      if (settings.offersDemo()) {
        for (HandlerRegistration operation : demos.registrations()) {
          // Who has no vault is not to be warned about a credential of a demonstration.
          List<String> credentials =
              settings.vault().isPresent() ? DemoOperations.credentials(operation) : List.of();
          registry.with(capabilities.inject(operation, credentials));
        }
      }
      for (Offered operation : imported) {
        registry.with(capabilities.inject(operation.registration(), operation.credentials()));
      }
      followed.forEach(registry::withLeaves);
      for (Offered operation : settings.operations()) {
        registry.with(capabilities.inject(operation.registration(), operation.credentials()));
      }
      return registry.build();
    } catch (IllegalArgumentException unfit) {
      throw new NodeException(
          NodeException.Kind.CONFIGURATION, String.valueOf(unfit.getMessage()), unfit, List.of());
    }
  }
}
