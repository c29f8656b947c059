package org.alknet.cli.input;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;

/** Makes sure that somebody wrote a phrase down: asks for some of its words. */
public final class TypedAgain {
  private TypedAgain() {}

  /**
   * Returns if the words that are asked for were typed; which ones, nobody knows before.
   *
   * @param phrase words with a blank between two of them
   * @param count how many are asked for
   * @throws CliException if one is wrong
   */
  public static void required(Invocation invocation, char[] phrase, int count) throws CliException {
    List<Integer> positions = new ArrayList<>();
    for (int i = 0; i < words(phrase); i++) {
      positions.add(i);
    }
    Collections.shuffle(positions, new SecureRandom());
    invocation.note("to be sure that it is written down:");
    for (int position : positions.stream().limit(count).sorted().toList()) {
      char[] typed = TerminalLine.ask(invocation, "word " + (position + 1) + ": ");
      char[] expected = word(phrase, position);
      boolean same = Arrays.equals(typed, expected);
      Arrays.fill(typed, '\0');
      Arrays.fill(expected, '\0');
      if (!same) {
        throw CliException.of(
            ExitCodes.UNSAFE,
            "that is not word " + (position + 1) + "; nothing was written",
            "Run the command again: it makes another phrase.");
      }
    }
  }

  private static int words(char[] phrase) {
    int count = 1;
    for (char c : phrase) {
      count += c == ' ' ? 1 : 0;
    }
    return count;
  }

  private static char[] word(char[] phrase, int position) {
    int from = 0;
    for (int skipped = 0; skipped < position; skipped++) {
      while (phrase[from++] != ' ') {}
    }
    int to = from;
    while (to < phrase.length && phrase[to] != ' ') {
      to++;
    }
    return Arrays.copyOfRange(phrase, from, to);
  }
}
