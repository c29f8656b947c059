package org.alknet.cli.context;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.alknet.cli.assembly.NodeException;

/** Turns what a command throws into a failure with an exit code. */
public final class Failures {
  private Failures() {}

  /** Returns the failure that is shown for an exception. */
  public static CliException of(Throwable thrown) {
    Throwable failure = unwrap(thrown);
    if (failure instanceof CliException cli) {
      return cli;
    }
    if (failure instanceof NodeException node) {
      return CliException.of(exit(node.kind()), String.valueOf(node.getMessage()))
          .withAdvice(node.advice())
          .withCause(node);
    }
    if (failure instanceof IOException io) {
      return CliException.of(
              ExitCodes.UNEXPECTED, "input or output failed: " + String.valueOf(io.getMessage()))
          .withCause(io);
    }
    return CliException.of(
            ExitCodes.UNEXPECTED,
            "unexpected failure: " + String.valueOf(failure.getMessage()),
            "This is a bug in alknet. Run the same command with -vv and report what it prints.")
        .withCause(failure);
  }

  private static int exit(NodeException.Kind kind) {
    return switch (kind) {
      case CONFIGURATION -> ExitCodes.CONFIGURATION;
      case CANNOT_START -> ExitCodes.CANNOT_START;
      case STORE -> ExitCodes.STORE;
      case VAULT -> ExitCodes.VAULT;
      case MISSING -> ExitCodes.MISSING;
      case UNSAFE -> ExitCodes.UNSAFE;
    };
  }

  /** Returns the value of a completed future, or throws what it failed with. */
  static <T> T join(CompletableFuture<T> completed) throws Exception {
    try {
      return completed.join();
    } catch (CompletionException wrapped) {
      Throwable cause = unwrap(wrapped);
      if (cause instanceof Exception exception) {
        throw exception;
      }
      throw wrapped;
    }
  }

  private static Throwable unwrap(Throwable thrown) {
    Throwable failure = thrown;
    while ((failure instanceof CompletionException || failure instanceof ExecutionException)
        && failure.getCause() != null) {
      failure = failure.getCause();
    }
    return failure;
  }
}
