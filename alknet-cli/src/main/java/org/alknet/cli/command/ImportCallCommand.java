package org.alknet.cli.command;

import java.util.concurrent.Callable;
import org.alknet.cli.client.ImportPreview;
import org.alknet.cli.client.Session;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code alknet import call} (spec/cli.md section 9.16). */
@Command(
    name = "call",
    header = {
      "Show the operations a node would import from a remote.",
      "",
      "  alknet import call hub",
      "  alknet import call hub --prefix hub --json",
      "",
      "What is left out is listed with the reason. A configuration imports the others with",
      "import = true in its table [[connect]]; a name the node has itself stays its own.",
      ""
    })
public final class ImportCallCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(
      paramLabel = "REMOTE",
      description = "[FINGERPRINT@]HOST:PORT, or the name of a saved remote")
  private String remote = "";

  @Option(
      names = "--prefix",
      paramLabel = "NAME",
      defaultValue = "",
      description = "put this and a slash before every name")
  private String prefix = "";

  /** Creates the command. */
  public ImportCallCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws Exception {
    try (Session session = RemoteOptions.named(remote).open(invocation)) {
      new ImportView(invocation).show(ImportPreview.of(session, prefix));
    }
    return ExitCodes.OK;
  }
}
