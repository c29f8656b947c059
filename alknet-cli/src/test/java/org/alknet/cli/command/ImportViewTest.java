package org.alknet.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.alknet.call.operation.OperationSpec;
import org.alknet.cli.InProcess;
import org.alknet.cli.client.ImportPreview;
import org.alknet.cli.context.GlobalOptions;
import org.alknet.cli.context.Invocation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a remote calls its operations may be anything. */
class ImportViewTest {
  @TempDir Path home;

  @Test
  void namesThatAreNoneAreListedWithTheReasonAndNothingOfThemReachesTheTerminal() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Invocation invocation =
        new Invocation(
            new InProcess(home).context(out, new ByteArrayOutputStream()), new GlobalOptions());
    ImportPreview found =
        new ImportPreview(
            List.of(OperationSpec.query("jobs/run").build()),
            List.of(
                skipped("\u001b[2Jevil\n\u202e", ImportPreview.Reason.NAME),
                skipped("", ImportPreview.Reason.NAME),
                skipped("services/list", ImportPreview.Reason.DISCOVERY)));

    new ImportView(invocation).show(found);

    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("jobs/run", "left out (no name): NAME", "left out services/list: DISCOVERY")
        .contains("left out \\x1b[2Jevil\\x0a\\u202e: NAME, why")
        .doesNotContain("\u001b", "\u202e");
  }

  private static ImportPreview.Skipped skipped(String name, ImportPreview.Reason reason) {
    return new ImportPreview.Skipped(name, reason, "why");
  }
}
