package org.alknet.cli.command;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.alknet.cli.context.Invocation;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code alknet doctor} (spec/cli.md section 9.19). */
@Command(
    name = "doctor",
    header = {
      "Look for everything that commonly goes wrong, and say how to mend it.",
      "",
      "  alknet doctor",
      "  alknet doctor --unlock --password-file password",
      "  alknet doctor --bundle report.json --quiet",
      "",
      "Ends with 28 if anything is wrong; warnings alone are no failure.",
      ""
    })
public final class DoctorCommand implements Callable<Integer> {
  private final Invocation invocation;
  @Mixin private final VaultOptions options = new VaultOptions();

  @Option(names = "--unlock", description = "open the vault, and try every credential")
  private boolean unlock;

  @Option(
      names = "--bundle",
      paramLabel = "FILE",
      description = "write the findings into a new file, too, to be sent to somebody: no secrets")
  private @Nullable String bundle;

  /** Creates the command. */
  public DoctorCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws Exception {
    DoctorView view = new DoctorView(invocation);
    Path report = bundle == null ? null : invocation.context().resolve(bundle);
    return view.examine(unlock ? options : null, report);
  }
}
