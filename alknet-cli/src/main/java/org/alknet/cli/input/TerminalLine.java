package org.alknet.cli.input;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;

/** Reads a short line somebody types. */
final class TerminalLine {
  private static final int LONGEST = 256;

  private TerminalLine() {}

  /**
   * Asks on standard error and returns the answer without blanks around it, which the caller may
   * wipe; empty at the end of the input.
   */
  static char[] ask(Invocation invocation, String question) throws CliException {
    invocation.context().err().print(question);
    invocation.context().err().flush();
    char[] line = new char[LONGEST];
    int length = 0;
    try {
      InputStream in = invocation.context().in();
      for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
        if (length < LONGEST && (length > 0 || !Character.isWhitespace(c))) {
          line[length++] = (char) c;
        }
      }
    } catch (IOException failed) {
      throw CliException.of(ExitCodes.UNEXPECTED, "cannot read the answer").withCause(failed);
    }
    while (length > 0 && Character.isWhitespace(line[length - 1])) {
      length--;
    }
    char[] answer = Arrays.copyOf(line, length);
    Arrays.fill(line, '\0');
    return answer;
  }
}
