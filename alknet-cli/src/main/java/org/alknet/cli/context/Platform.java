package org.alknet.cli.context;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.alknet.cli.context.GlobalOptions.LogLevel;

/** What a command may do to the process it runs in. Tests have one that does nothing. */
public interface Platform {
  /**
   * Runs the action on each signal of this name, on a thread of its own, in place of what the
   * system would do.
   *
   * @param name such as {@code INT}
   * @return whether that is possible
   */
  boolean onSignal(String name, Runnable action);

  /** Runs the action when the process ends, however it ends, as long as it is not killed. */
  void atExit(Runnable action);

  /** Ends the process; the actions of {@link #atExit} run. */
  void exit(int code);

  /**
   * Asks for a secret at the terminal, without showing what is typed.
   *
   * @return what was typed, which the caller wipes; empty if there is nobody to ask
   */
  Optional<char[]> askSecret(String prompt);

  /**
   * Sets what libraries read once, before the first of them is touched.
   *
   * @param natives where native libraries may be unpacked
   */
  void prepareLibraries(Path natives, LogLevel level, LogFormat format);

  /** Returns how wide the terminal is, if there is one that tells. */
  OptionalInt columns();

  /**
   * Starts the tool once more, with another command line, in a process of its own that nobody waits
   * for and whose output goes nowhere. Does nothing where a process cannot tell how it was started.
   *
   * @param marker the word of this process's command line from which on the other one differs
   */
  void startBeside(String marker, List<String> arguments);

  /** Sets what is logged from now on. */
  void logLevel(LogLevel level);
}
