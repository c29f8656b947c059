package org.alknet.cli.command;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.alknet.cli.assembly.DataDirectory;
import org.alknet.cli.assembly.NodeConfig;
import org.alknet.cli.assembly.NodeException;
import org.alknet.cli.assembly.NodeVault;
import org.alknet.cli.assembly.RunState;
import org.alknet.cli.assembly.SecretFiles;
import org.alknet.cli.assembly.Version;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import org.alknet.cli.doctor.Doctor;
import org.alknet.cli.doctor.Finding;
import org.alknet.cli.doctor.Machine;
import org.alknet.cli.doctor.Patient;
import org.alknet.cli.output.Escape;
import org.alknet.cli.output.JsonWriter;
import org.jspecify.annotations.Nullable;

/** Findings as people and scripts see them. */
final class DoctorView {
  private final Invocation invocation;

  DoctorView(Invocation invocation) {
    this.invocation = invocation;
  }

  /**
   * Examines, and prints what was found.
   *
   * @param vault how to open the vault; null for not at all
   * @param bundle new file for the findings; null for none
   */
  int examine(@Nullable VaultOptions vault, @Nullable Path bundle) throws Exception {
    DataDirectory directory = invocation.dataDirectory();
    Optional<Path> file = invocation.configuration();
    Optional<NodeConfig> config = load(file, directory);
    invocation.prepareClient();
    List<Finding> findings = new ArrayList<>();
    try (NodeVault open = vault == null ? null : vault.unlockWhateverItIs(invocation, config)) {
      findings.addAll(
          Doctor.examine(
              new Patient(
                  directory,
                  file,
                  config,
                  RunState.ofRunningNode(directory),
                  invocation.context().environment(),
                  Machine.real(),
                  Optional.ofNullable(open))));
    }
    return print(findings, bundle);
  }

  /** What is wrong with it is a finding, and not the end. */
  private static Optional<NodeConfig> load(Optional<Path> file, DataDirectory directory) {
    try {
      return file.isEmpty()
          ? Optional.empty()
          : Optional.of(NodeConfig.load(file.get(), directory));
    } catch (NodeException wrong) {
      return Optional.empty();
    }
  }

  private int print(List<Finding> findings, @Nullable Path bundle) throws Exception {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("alknet", Version.current());
    data.put("java", Runtime.version());
    data.put("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    data.put("findings", findings.stream().map(DoctorView::json).toList());
    long failed = count(findings, Finding.Status.FAIL);
    long warned = count(findings, Finding.Status.WARN);
    data.put("failed", failed);
    data.put("warnings", warned);
    if (bundle != null) {
      SecretFiles.create(bundle, JsonWriter.text("doctor", data).getBytes(StandardCharsets.UTF_8));
      invocation.note("findings written to " + invocation.show(bundle));
    }
    List<String> lines = new ArrayList<>();
    for (Finding finding : findings) {
      if (finding.status() != Finding.Status.OK || !invocation.options().quiet()) {
        lines.add(line(finding));
        if (!finding.fix().isEmpty()) {
          lines.add("      " + Escape.text(finding.fix()));
        }
      }
    }
    lines.add(
        failed
            + " failed, "
            + warned
            + (warned == 1 ? " warning, " : " warnings, ")
            + findings.size()
            + " findings in all");
    new Results(invocation).styled("doctor", data, lines);
    return failed == 0 ? ExitCodes.OK : ExitCodes.PARTIAL;
  }

  private String line(Finding finding) {
    String text = Escape.text(finding.check() + ": " + finding.message());
    return switch (finding.status()) {
      case OK -> "ok    " + text;
      case WARN -> invocation.styles().strong("warn  ") + text;
      case FAIL -> invocation.styles().alarm("fail  ") + text;
    };
  }

  private static long count(List<Finding> findings, Finding.Status status) {
    return findings.stream().filter(finding -> finding.status() == status).count();
  }

  private static Map<String, Object> json(Finding finding) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("check", finding.check());
    data.put("status", finding.status().name().toLowerCase(Locale.ROOT));
    data.put("message", finding.message());
    data.put("fix", finding.fix().isEmpty() ? Optional.empty() : Optional.of(finding.fix()));
    return data;
  }
}
