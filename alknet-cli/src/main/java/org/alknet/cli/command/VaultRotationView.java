package org.alknet.cli.command;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.alknet.cli.admin.VaultRotation;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import org.alknet.cli.output.Escape;
import org.alknet.store.sqlite.ProviderInfo;

/** A rotation as people and scripts see it. */
record VaultRotationView(Invocation invocation, long version) {
  /** Says what would be done. */
  int planned(List<ProviderInfo> pending) throws IOException {
    new Results(invocation)
        .print(
            "vault.rotate",
            data(true, pending.stream().map(ProviderInfo::provider).toList(), List.of(), List.of()),
            pending.stream()
                .map(info -> "would rotate " + info.provider() + "  v" + info.keyVersion())
                .toArray(String[]::new));
    return ExitCodes.OK;
  }

  /** Says what became of one credential, at once: the next one may be the last. */
  void step(VaultRotation.Step step) throws IOException {
    if (invocation.options().json()) {
      return;
    }
    String line =
        step.outcome().name().toLowerCase(Locale.ROOT)
            + " "
            + step.provider()
            + "  v"
            + step.from()
            + (step.outcome() == VaultRotation.Outcome.ROTATED ? " -> v" + version : "")
            + (step.reason().isEmpty() ? "" : ": " + step.reason());
    invocation.result(Escape.text(line));
    invocation.context().out().flush();
  }

  /** Says what became of all of them. */
  int done(List<VaultRotation.Step> steps) throws IOException {
    List<String> failed = names(steps, VaultRotation.Outcome.FAILED);
    List<String> rotated = names(steps, VaultRotation.Outcome.ROTATED);
    List<String> skipped = names(steps, VaultRotation.Outcome.SKIPPED);
    new Results(invocation)
        .print(
            "vault.rotate",
            data(false, rotated, skipped, failed),
            rotated.size()
                + " rotated, "
                + skipped.size()
                + " skipped, "
                + failed.size()
                + " failed");
    return failed.isEmpty() ? ExitCodes.OK : ExitCodes.PARTIAL;
  }

  private static List<String> names(List<VaultRotation.Step> steps, VaultRotation.Outcome outcome) {
    return steps.stream()
        .filter(step -> step.outcome() == outcome)
        .map(VaultRotation.Step::provider)
        .toList();
  }

  private Map<String, Object> data(
      boolean dryRun, List<String> rotated, List<String> skipped, List<String> failed) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("key_version", version);
    data.put("dry_run", dryRun);
    data.put("rotated", rotated);
    data.put("skipped", skipped);
    data.put("failed", failed);
    return data;
  }
}
