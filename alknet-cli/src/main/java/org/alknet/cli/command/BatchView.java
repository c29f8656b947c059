package org.alknet.cli.command;

import java.io.IOException;
import java.io.InputStream;
import org.alknet.call.operation.CallError;
import org.alknet.cli.client.Batch;
import org.alknet.cli.client.Session;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import org.alknet.cli.output.JsonWriter;
import tools.jackson.databind.node.ObjectNode;

/** The answers of a batch, a line each. */
record BatchView(Invocation invocation) {
  int run(Session session, Batch.Settings settings, InputStream in) throws Exception {
    Batch.Summary summary = new Batch(session, settings, this::print).run(in);
    invocation.context().out().flush();
    invocation.note(summary.answered() + " answered, " + summary.failed() + " failed");
    return summary.failed() == 0 ? ExitCodes.OK : ExitCodes.PARTIAL;
  }

  private void print(Batch.Answer answer) throws IOException {
    ObjectNode line = JsonWriter.object();
    line.set("id", answer.id());
    if (answer.outcome().isOk()) {
      line.set("output", answer.outcome().output().orElseThrow());
    } else {
      CallError error = answer.outcome().error().orElseThrow();
      ObjectNode shown =
          line.putObject("error")
              .put("code", error.code())
              .put("message", error.message())
              .put("retryable", error.retryable());
      error.details().ifPresent(details -> shown.set("details", details));
    }
    invocation.result(JsonWriter.compact(line));
    invocation.context().out().flush();
  }
}
