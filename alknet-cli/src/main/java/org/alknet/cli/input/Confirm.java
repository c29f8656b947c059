package org.alknet.cli.input;

import java.util.Locale;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;

/** Asks before something is lost. */
public final class Confirm {
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
    String answer =
        new String(TerminalLine.ask(invocation, question + " [y/N] ")).toLowerCase(Locale.ROOT);
    if (!answer.equals("y") && !answer.equals("yes")) {
      throw CliException.of(ExitCodes.UNSAFE, "nothing was done");
    }
  }

  /**
   * As {@link #required}, for what cannot be undone at all: the word has to be typed, and no option
   * stands for it.
   *
   * @param word to type
   */
  public static void typed(Invocation invocation, String question, String word)
      throws CliException {
    if (!invocation.context().terminal() || invocation.options().noInput()) {
      throw CliException.of(
          ExitCodes.UNSAFE, question + " Only a person at a terminal may say so.");
    }
    String answer =
        new String(TerminalLine.ask(invocation, question + " Type " + word + " to go on: "));
    if (!answer.equals(word)) {
      throw CliException.of(ExitCodes.UNSAFE, "nothing was done");
    }
  }
}
