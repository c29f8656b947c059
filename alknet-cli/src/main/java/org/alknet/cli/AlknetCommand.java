package org.alknet.cli;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.alknet.cli.assembly.Version;
import org.alknet.cli.context.CliContext;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ErrorReport;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.GlobalOptions;
import org.alknet.cli.context.Invocation;
import org.alknet.cli.input.DurationConverter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The command line as a whole: which commands there are, and what happens to their results.
 *
 * <p>Not thread-safe.
 */
@Command(
    name = "alknet",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    versionProvider = AlknetCommand.VersionText.class,
    synopsisSubcommandLabel = "COMMAND",
    usageHelpAutoWidth = true,
    optionListHeading = "%nOptions:%n",
    parameterListHeading = "%n",
    commandListHeading = "%nCommands:%n",
    exitCodeListHeading = "%nExit codes:%n",
    sortOptions = false)
public final class AlknetCommand {
  private static final Pattern TOKEN = Pattern.compile("alk_[A-Za-z0-9_-]{20,}");

  private AlknetCommand() {}

  /** Runs one command line and returns its exit code. */
  public static int run(CliContext context, String... arguments) {
    if (arguments.length > 0 && arguments[0].equals(Completer.COMMAND)) {
      List<String> words = List.of(arguments).subList(1, arguments.length);
      return Completer.run(context, words, Completer.BUDGET);
    }
    GlobalOptions options = new GlobalOptions();
    Invocation invocation = new Invocation(context, options);
    if (Arrays.stream(arguments).anyMatch(TOKEN.asMatchPredicate())) {
      return ErrorReport.show(invocation, tokenGiven(), isGiven("--json", List.of(arguments)));
    }
    LibrariesNeeded.prepare(List.of(arguments));
    CommandLine line = root(invocation);
    boolean some = new CommandTree(invocation).addTo(line, List.of(arguments));
    int code = execute(finish(line, invocation), invocation, some, arguments);
    context.err().flush();
    return code;
  }

  /**
   * Executes a command line.
   *
   * @param some whether it has only some of the commands: what it cannot read is read again with
   *     all of them
   */
  private static int execute(
      CommandLine line, Invocation invocation, boolean some, String... arguments) {
    AtomicBoolean read = new AtomicBoolean();
    line.setExecutionStrategy(
        parsed -> {
          if (some && showsCommands(parsed)) {
            Invocation again = new Invocation(invocation.context(), new GlobalOptions());
            return execute(commandLine(again), again, false, arguments);
          }
          read.set(true);
          invocation.warnAboutSecretVariables();
          return new CommandLine.RunLast().execute(parsed);
        });
    line.setParameterExceptionHandler(
        (problem, words) -> {
          if (some && !read.get()) {
            Invocation again = new Invocation(invocation.context(), new GlobalOptions());
            return execute(commandLine(again), again, false, words);
          }
          return usageError(invocation, problem, List.of(words));
        });
    line.setExecutionExceptionHandler(
        (failure, command, parsed) -> ErrorReport.show(invocation, failure));
    return line.execute(arguments);
  }

  /** Whether what is shown is a list of commands, which is to have all of them. */
  private static boolean showsCommands(ParseResult parsed) {
    ParseResult last = parsed;
    while (last.hasSubcommand() && !last.isUsageHelpRequested()) {
      last = last.subcommand();
    }
    return !last.commandSpec().subcommands().isEmpty() && !last.isVersionHelpRequested();
  }

  /** Returns the model of the whole command line, from which help and documentation come. */
  static CommandLine commandLine(Invocation invocation) {
    CommandLine line = root(invocation);
    new CommandTree(invocation).addTo(line);
    return finish(line, invocation);
  }

  /** Returns the model of the commands these words may mean, as far as it is told apart. */
  static CommandLine commandsNamedIn(Invocation invocation, List<String> words) {
    CommandLine line = root(invocation);
    new CommandTree(invocation).addTo(line, words);
    return line;
  }

  private static CommandLine root(Invocation invocation) {
    CommandLine line = new CommandLine(new AlknetCommand());
    line.addMixin("global", invocation.options());
    line.getCommandSpec()
        .usageMessage()
        .header(
            "Secure, self-hosted remote calls: run a node, and call one.",
            "",
            "  alknet serve",
            "  alknet call demo/echo '{\"text\":\"hello\"}'",
            "  alknet remote add hub \"$(cat hub.address)\"",
            "");
    keepLines(line);
    return line;
  }

  /** Settings that reach the commands a line has by then. */
  private static CommandLine finish(CommandLine line, Invocation invocation) {
    line.setExpandAtFiles(false);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setUsageHelpAutoWidth(true);
    line.registerConverter(Duration.class, new DurationConverter());
    line.setColorScheme(
        CommandLine.Help.defaultColorScheme(invocation.styles().colour() ? Ansi.ON : Ansi.OFF));
    line.setOut(new java.io.PrintWriter(new ResultWriter(invocation.context().out()), true));
    line.setErr(invocation.context().err());
    return line;
  }

  /** Examples are to be pasted, so no line of a header is broken to fit a terminal. */
  static void keepLines(CommandLine line) {
    line.getHelpSectionMap()
        .put(
            UsageMessageSpec.SECTION_KEY_HEADER,
            help -> String.join("\n", help.commandSpec().usageMessage().header()) + "\n");
  }

  private static int usageError(
      Invocation invocation, ParameterException problem, List<String> arguments) {
    String command = problem.getCommandLine().getCommandSpec().qualifiedName();
    String help = command + " --help  shows what there is.";
    CliException failure;
    if (problem instanceof UnmatchedArgumentException unmatched && isReserved(unmatched)) {
      failure =
          CliException.of(
              ExitCodes.USAGE,
              "there is no alknet connect: the name is kept for tunnels, which are not there yet",
              "alknet call -r [FINGERPRINT@]HOST:PORT OPERATION  calls a remote;",
              "alknet remote add NAME [FINGERPRINT@]HOST:PORT  gives it a name.");
    } else if (problem instanceof UnmatchedArgumentException unmatched) {
      String first = unmatched.getUnmatched().get(0);
      String kind = unmatched.isUnknownOption() ? "unknown option " : unexpected(unmatched);
      List<String> suggestions = unmatched.getSuggestions();
      failure =
          CliException.of(
              ExitCodes.USAGE,
              kind + first,
              suggestions.isEmpty() ? help : "Did you mean \"" + suggestions.get(0) + "\"?");
    } else {
      failure = CliException.of(ExitCodes.USAGE, String.valueOf(problem.getMessage()), help);
    }
    // The line did not parse, so the option may stand behind what broke it.
    boolean json = invocation.options().json() || isGiven("--json", arguments);
    if (!json && "Missing required subcommand".equals(problem.getMessage())) {
      // Whoever types half a command wants to know how it goes on.
      problem.getCommandLine().usage(invocation.context().err());
      invocation.context().err().println();
    }
    return ErrorReport.show(invocation, failure, json);
  }

  /** Whatever it was meant for, it is in the history of a shell now. */
  private static CliException tokenGiven() {
    return CliException.of(
        ExitCodes.UNSAFE,
        "a token does not belong on a command line",
        "It is in the shell's history and was in the list of processes: issue another one.",
        "Tokens are read from files of mode 0600, or from standard input.");
  }

  /** Section 20 of spec/cli.md: whoever knows an older tool looks for it. */
  private static boolean isReserved(UnmatchedArgumentException unmatched) {
    return unmatched.getCommandLine().getParent() == null
        && unmatched.getUnmatched().get(0).equals("connect");
  }

  private static String unexpected(UnmatchedArgumentException unmatched) {
    return unmatched.getCommandLine().getSubcommands().isEmpty()
        ? "unexpected argument "
        : "unknown command ";
  }

  private static boolean isGiven(String option, List<String> arguments) {
    int end = arguments.indexOf("--");
    return (end < 0 ? arguments : arguments.subList(0, end)).contains(option);
  }

  /** Tells the version. */
  static final class VersionText implements IVersionProvider {
    VersionText() {}

    @Override
    public String[] getVersion() {
      return new String[] {"alknet " + Version.current()};
    }
  }
}
