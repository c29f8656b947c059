package org.alknet.cli.input;

import java.io.IOException;
import java.util.Locale;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;

/** Asks before something is lost. */
public final class Confirm {
  private static final int LONGEST_ANSWER = 16;

  private Confirm() {}

  /**
   * Returns if the answer is yes, given on the command line or at a terminal.
   *
   * @throws CliException if it is no, or nobody can be asked
   */
  public static void required(Invocation invocation, String question) throws CliException {
    if (invocation.options().yes()) {
      return;
    }
    if (!invocation.context().terminal() || invocation.options().noInput()) {
      throw CliException.of(
          ExitCodes.UNSAFE, question + " Nobody can be asked here.", "Add --yes to confirm.");
    }
    invocation.context().err().print(question + " [y/N] ");
    invocation.context().err().flush();
    String answer = line(invocation).strip().toLowerCase(Locale.ROOT);
    if (!answer.equals("y") && !answer.equals("yes")) {
      throw CliException.of(ExitCodes.UNSAFE, "nothing was done");
    }
  }

  private static String line(Invocation invocation) throws CliException {
    StringBuilder line = new StringBuilder();
    try {
      for (int c = invocation.context().in().read();
          c >= 0 && c != '\n' && line.length() < LONGEST_ANSWER;
          c = invocation.context().in().read()) {
        line.append((char) c);
      }
      return line.toString();
    } catch (IOException failed) {
      throw CliException.of(ExitCodes.UNEXPECTED, "cannot read the answer").withCause(failed);
    }
  }
}
