package org.alknet.cli.client;

import java.util.Comparator;
import java.util.List;
import org.alknet.call.adapter.AdapterException;
import org.alknet.call.adapter.FromCall;
import org.alknet.call.adapter.FromCallConfig;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.registry.HandlerRegistration;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;

/** Asks a remote what an import would bring, with the code that imports. */
public final class ImportPreview {
  private ImportPreview() {}

  /**
   * Returns what would be imported, by name.
   *
   * @param prefix put before every name with a slash; empty for none
   * @throws CliException if the prefix cannot begin a name, or the remote's answers make no sense
   */
  public static List<OperationSpec> of(Session session, String prefix) throws Exception {
    try {
      return session
          .interrupts()
          .await(FromCall.importFrom(session.calls(), config(prefix)))
          .stream()
          .map(HandlerRegistration::spec)
          .sorted(Comparator.comparing(OperationSpec::name))
          .toList();
    } catch (AdapterException failed) {
      throw CliException.of(ExitCodes.INTERNAL, "nothing can be imported: " + failed.getMessage())
          .withCause(failed);
    }
  }

  private static FromCallConfig config(String prefix) throws CliException {
    try {
      return prefix.isEmpty() ? FromCallConfig.all() : FromCallConfig.all().withPrefix(prefix);
    } catch (IllegalArgumentException unfit) {
      throw CliException.of(ExitCodes.USAGE, String.valueOf(unfit.getMessage())).withCause(unfit);
    }
  }
}
