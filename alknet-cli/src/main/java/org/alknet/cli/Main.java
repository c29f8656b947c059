package org.alknet.cli;

import org.alknet.cli.context.CliContext;

/** The entry point of the tool. */
public final class Main {
  private Main() {}

  /** Runs one command line and ends the process with its exit code. */
  public static void main(String[] arguments) {
    System.exit(AlknetCommand.run(CliContext.system(), arguments));
  }
}
