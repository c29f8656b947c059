package org.alknet.cli.command;

import java.util.Optional;
import java.util.concurrent.Callable;
import org.alknet.cli.admin.OfferedOperations;
import org.alknet.cli.admin.Peers;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import org.alknet.core.identity.Identity;
import org.alknet.http.openapi.OpenApiDocument;
import org.alknet.http.openapi.OpenApiVersion;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code alknet export openapi} (spec/cli.md section 9.16). */
@Command(
    name = "openapi",
    header = {
      "Print the OpenAPI document of the HTTP face, as the node would serve it.",
      "",
      "  alknet export openapi > gateway.json",
      "  alknet export openapi --format yaml --peer operator",
      "  alknet export openapi --openapi 3.1",
      "",
      "It describes the gateway, and the errors of operations that the caller may use.",
      ""
    })
public final class ExportOpenApiCommand implements Callable<Integer> {
  /** How it is written. */
  enum Format {
    json,
    yaml
  }

  private final Invocation invocation;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "json",
      description = "json or yaml (default ${DEFAULT-VALUE})")
  private Format format = Format.json;

  @Option(
      names = "--openapi",
      paramLabel = "VERSION",
      defaultValue = "3.0",
      description = "3.0 or 3.1 (default ${DEFAULT-VALUE})")
  private String version = "3.0";

  @Option(
      names = "--peer",
      paramLabel = "ID",
      description = "as this peer sees it (default: as strangers do)")
  private @Nullable String peer;

  /** Creates the command. */
  public ExportOpenApiCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws Exception {
    if (!version.equals("3.0") && !version.equals("3.1")) {
      throw CliException.of(ExitCodes.USAGE, "--openapi is 3.0 or 3.1, not " + version);
    }
    LocalData local = LocalData.of(invocation);
    Optional<Identity> caller =
        peer == null
            ? Optional.empty()
            : AclCaller.peer(Peers.find(local.peers(), peer)).identity();
    OpenApiDocument document =
        OfferedOperations.of(local.directory(), local.config())
            .document(caller, version.equals("3.1") ? OpenApiVersion.V3_1 : OpenApiVersion.V3_0);
    invocation.result(
        format == Format.json ? document.toJson() : document.toYaml().stripTrailing());
    invocation.context().out().flush();
    return ExitCodes.OK;
  }
}
