package org.alknet.cli.command;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.registry.HandlerRegistration;
import org.alknet.cli.assembly.ConfigStanza;
import org.alknet.cli.client.McpPreview;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Interrupts;
import org.alknet.cli.context.Invocation;
import org.alknet.cli.input.SecretInput;
import org.alknet.http.mcp.McpImport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code alknet import mcp} (spec/cli.md section 9.16). */
@Command(
    name = "mcp",
    header = {
      "Show the operations a node would make of the tools of an MCP server.",
      "",
      "  alknet import mcp https://mcp.example.org/mcp",
      "  alknet import mcp https://mcp.example.org/mcp --namespace search --check",
      "  alknet import mcp https://mcp.example.org/mcp --token-file key.txt --json",
      "  alknet import mcp https://mcp.example.org/mcp --namespace search --write-config",
      "",
      "A tool that cannot be imported is listed with the reason. A configuration imports the",
      "others with a table [[operations.mcp]], which --write-config adds; the node asks for them",
      "when it starts.",
      ""
    })
public final class ImportMcpCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(paramLabel = "URL", description = "address of the server")
  private String url = "";

  @Option(
      names = "--namespace",
      paramLabel = "NAME",
      defaultValue = "mcp",
      description = "first part of the names of the operations; mcp without it")
  private String namespace = "";

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "file with the token the server wants, mode 0600")
  private @Nullable String tokenFile;

  @Option(
      names = "--ca-bundle",
      paramLabel = "FILE",
      description = "PEM file of authorities to trust besides those of the system")
  private @Nullable String caBundle;

  @Option(names = "--list", description = "list the operations; so it does in any case")
  @SuppressWarnings("UnusedVariable") // understood, because import openapi has it
  private boolean list;

  @Option(names = "--check", description = "end with 28 if a tool cannot be imported")
  private boolean check;

  @Option(
      names = "--write-config",
      description = "add the table that imports them to the configuration")
  private boolean writeConfig;

  /** Creates the command. */
  public ImportMcpCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws Exception {
    invocation.prepareClient();
    byte[] token =
        tokenFile == null
            ? new byte[0]
            : SecretInput.read(invocation, tokenFile, null, false, "token");
    McpImport found;
    try {
      found =
          McpPreview.of(
              address(),
              namespace,
              token,
              Optional.ofNullable(caBundle).map(invocation.context()::resolve),
              Interrupts.install(invocation.context().platform()));
    } finally {
      Arrays.fill(token, (byte) 0);
    }
    Optional<Path> written = writeConfig ? Optional.of(write()) : Optional.empty();
    show(found, written);
    return check && !found.skipped().isEmpty() ? ExitCodes.PARTIAL : ExitCodes.OK;
  }

  private URI address() throws CliException {
    try {
      return new URI(url);
    } catch (URISyntaxException malformed) {
      throw CliException.of(ExitCodes.USAGE, "URL is an http or https address")
          .withCause(malformed);
    }
  }

  private Path write() throws Exception {
    return ConfigStanza.append(
        invocation.dataDirectory(),
        invocation.configuration(),
        List.of(
            "[[operations.mcp]]", "namespace = \"" + namespace + "\"", "url = \"" + url + "\""));
  }

  private void show(McpImport found, Optional<Path> written) throws IOException {
    List<OperationSpec> operations =
        found.registrations().stream().map(HandlerRegistration::spec).toList();
    List<Map<String, Object>> skipped = new ArrayList<>();
    for (McpImport.Skipped one : found.skipped()) {
      skipped.add(ImportView.skipped(one.name(), one.reason().name(), one.detail()));
    }
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("operations", ImportView.entries(operations));
    data.put("skipped", skipped);
    written.ifPresent(file -> data.put("written_to", file.toString()));
    List<String> lines =
        new ArrayList<>(
            ImportView.table(operations)
                .lines(invocation.context().columns(), invocation.styles()));
    for (McpImport.Skipped one : found.skipped()) {
      lines.add(ImportView.leftOut(one.name(), one.reason().name(), one.detail()));
    }
    written.ifPresent(file -> lines.add(ImportView.writtenTo(file)));
    new Results(invocation).styled("import.mcp", data, lines);
  }
}
