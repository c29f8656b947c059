package org.alknet.cli.context;

import java.io.PrintWriter;
import org.alknet.cli.output.BrokenPipeException;
import org.alknet.cli.output.Escape;
import org.alknet.cli.output.JsonWriter;
import org.alknet.cli.output.Styles;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Shows on standard error how a command failed (spec/cli.md sections 11 and 13). */
public final class ErrorReport {
  private static final int VERBOSITY_WITH_TRACE = 2;

  private ErrorReport() {}

  /** Shows the failure and returns its exit code. A reader who is gone is no failure. */
  public static int show(Invocation invocation, Throwable thrown) {
    return show(invocation, thrown, invocation.options().json());
  }

  /** As {@link #show(Invocation, Throwable)}, as a JSON document or not. */
  public static int show(Invocation invocation, Throwable thrown, boolean json) {
    if (thrown instanceof BrokenPipeException) {
      return ExitCodes.OK;
    }
    CliException failure = Failures.of(thrown);
    if (!failure.message().isEmpty()) {
      if (json) {
        json(invocation.err(), failure);
      } else {
        text(invocation.err(), invocation.styles(), failure);
      }
    }
    if (invocation.options().verbosity() >= VERBOSITY_WITH_TRACE && failure.getCause() != null) {
      failure.getCause().printStackTrace(invocation.err());
    }
    invocation.err().flush();
    return failure.exit();
  }

  private static void text(PrintWriter err, Styles styles, CliException failure) {
    err.println(styles.alarm(Escape.text(failure.message())));
    failure
        .detailsJson()
        .map(details -> JsonWriter.pretty(JsonMapper.shared().readTree(details)))
        .ifPresent(details -> details.lines().forEach(line -> err.println("  " + line)));
    failure.advice().forEach(line -> err.println("  " + Escape.text(line)));
  }

  private static void json(PrintWriter err, CliException failure) {
    ObjectNode error =
        JsonWriter.object()
            .put("exit", failure.exit())
            .put("code", failure.code())
            .put("message", failure.message());
    if (!failure.advice().isEmpty()) {
      error.put("hint", String.join("\n", failure.advice()));
    }
    failure
        .detailsJson()
        .ifPresent(details -> error.set("details", JsonMapper.shared().readTree(details)));
    ObjectNode document = JsonWriter.object().put("kind", "error").put("version", 1);
    document.set("error", error);
    err.println(JsonWriter.compact(document));
  }
}
