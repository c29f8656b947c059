package org.alknet.cli.command;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.alknet.cli.admin.ServiceStanza;
import org.alknet.cli.assembly.ConfigStanza;
import org.alknet.cli.assembly.Exposure;
import org.alknet.cli.assembly.ImportedServices;
import org.alknet.cli.assembly.NodeConfig;
import org.alknet.cli.assembly.NodeException;
import org.alknet.cli.assembly.ServiceDocument;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import org.alknet.http.openapi.FromOpenApi;
import org.alknet.http.openapi.ImportReport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code alknet import openapi} (spec/cli.md section 9.16). */
@Command(
    name = "openapi",
    header = {
      "Show the operations an OpenAPI document has for a node, and what is left out of it.",
      "",
      "  alknet import openapi petstore.yaml",
      "  alknet import openapi petstore.yaml --namespace pets --json",
      "  alknet import openapi petstore.yaml --check",
      "  alknet import openapi petstore.yaml --namespace pets --write-config",
      "",
      "A configuration imports them with a table [[operations.openapi]], which --write-config",
      "appends to it. Nothing can be called from outside until the table exposes it.",
      ""
    })
public final class ImportOpenApiCommand implements Callable<Integer> {
  private static final URI NOWHERE = URI.create("https://nowhere.invalid");

  private final Invocation invocation;

  @Parameters(paramLabel = "DOCUMENT", description = "file in JSON or YAML, or an https address")
  private String document = "";

  @Option(
      names = "--namespace",
      paramLabel = "NAME",
      description = "put before every name (default: the name of the file)")
  private @Nullable String namespace;

  @Option(
      names = "--base-url",
      paramLabel = "URL",
      description = "where the service is (default: what the document says)")
  private @Nullable String baseUrl;

  @Option(names = "--list", description = "list the operations; so it does without options")
  private boolean list;

  @Option(names = "--check", description = "end with 28 if anything is left out")
  private boolean check;

  @Option(names = "--write-config", description = "append the table to the configuration")
  private boolean writeConfig;

  /** Creates the command. */
  public ImportOpenApiCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws Exception {
    if (!ServiceStanza.isUrl(document) && !Files.exists(invocation.context().resolve(document))) {
      throw CliException.of(
          ExitCodes.MISSING,
          "no such file: " + document,
          "A document is a file, or an address that begins with https://");
    }
    invocation.prepareClient();
    ImportReport report;
    try (ImportedServices services = ImportedServices.start()) {
      NodeConfig.OpenApi asked = asked();
      ServiceDocument found = services.document(asked);
      Optional<URI> place = asked.baseUrl().or(found::baseUrl);
      FromOpenApi adapter = services.adapter(at(asked, place.orElse(NOWHERE)), found);
      report = adapter.report();
      Optional<Path> written = writeConfig ? Optional.of(write(asked, place)) : Optional.empty();
      new ImportOpenApiView(invocation)
          .show(
              new ImportOpenApiView.Service(asked.namespace(), place, found.document()),
              report,
              written,
              list || !(check || writeConfig));
    } catch (IllegalArgumentException unfit) {
      throw CliException.of(ExitCodes.USAGE, String.valueOf(unfit.getMessage())).withCause(unfit);
    }
    return check && !report.skipped().isEmpty() ? ExitCodes.PARTIAL : ExitCodes.OK;
  }

  private Path write(NodeConfig.OpenApi asked, Optional<URI> place)
      throws CliException, NodeException {
    if (place.isEmpty()) {
      throw CliException.of(
          ExitCodes.USAGE,
          "the document of " + asked.namespace() + " says nowhere where the service is",
          "Name it:  --base-url URL");
    }
    return ConfigStanza.append(
        invocation.dataDirectory(), invocation.configuration(), ServiceStanza.of(asked));
  }

  private NodeConfig.OpenApi asked() {
    boolean remote = ServiceStanza.isUrl(document);
    return new NodeConfig.OpenApi(
        namespace == null ? usualNamespace() : namespace,
        remote ? Optional.empty() : Optional.of(invocation.context().resolve(document)),
        remote ? Optional.of(URI.create(document)) : Optional.empty(),
        Optional.ofNullable(baseUrl).map(URI::create),
        Optional.empty(),
        Optional.empty(),
        Exposure.nothing());
  }

  private static NodeConfig.OpenApi at(NodeConfig.OpenApi asked, URI place) {
    return new NodeConfig.OpenApi(
        asked.namespace(),
        asked.file(),
        asked.url(),
        Optional.of(place),
        asked.credential(),
        asked.auth(),
        asked.exposure());
  }

  private String usualNamespace() {
    Path name = Path.of(document).getFileName();
    String stem = (name == null ? "" : name.toString()).replaceFirst("\\.[A-Za-z]+$", "");
    String plain =
        stem.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-+|-+$", "");
    return plain.isEmpty() ? "service" : plain;
  }
}
