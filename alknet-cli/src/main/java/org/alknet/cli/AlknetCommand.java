package org.alknet.cli;

import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.alknet.cli.assembly.Version;
import org.alknet.cli.command.CallCommand;
import org.alknet.cli.command.ConfigCommand;
import org.alknet.cli.command.CredentialCommand;
import org.alknet.cli.command.FingerprintCommand;
import org.alknet.cli.command.IdentityCommand;
import org.alknet.cli.command.KeygenCommand;
import org.alknet.cli.command.LsCommand;
import org.alknet.cli.command.PeerAddCommand;
import org.alknet.cli.command.PeerCommand;
import org.alknet.cli.command.PeerRotateCommand;
import org.alknet.cli.command.PeerUpdateCommand;
import org.alknet.cli.command.PingCommand;
import org.alknet.cli.command.ReloadCommand;
import org.alknet.cli.command.SchemaCommand;
import org.alknet.cli.command.ServeCommand;
import org.alknet.cli.command.StatusCommand;
import org.alknet.cli.command.StopCommand;
import org.alknet.cli.command.SubscribeCommand;
import org.alknet.cli.command.TokenCommand;
import org.alknet.cli.command.VaultCommand;
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
import picocli.CommandLine.ParameterException;
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
  private static final int[] LOCAL = {ExitCodes.MISSING, ExitCodes.UNSAFE};
  private static final int[] CONFIGURATION = {
    ExitCodes.CONFIGURATION, ExitCodes.MISSING, ExitCodes.UNSAFE
  };
  private static final int[] STORE = {
    ExitCodes.CONFIGURATION, ExitCodes.STORE, ExitCodes.MISSING, ExitCodes.UNSAFE
  };
  private static final int[] VAULT = {
    ExitCodes.CONFIGURATION, ExitCodes.MISSING, ExitCodes.VAULT, ExitCodes.UNSAFE
  };
  private static final int[] DIAL = {
    ExitCodes.MISSING,
    ExitCodes.UNSAFE,
    ExitCodes.CANNOT_CONNECT,
    ExitCodes.NOT_TRUSTED,
    ExitCodes.SIGINT,
    ExitCodes.SIGTERM
  };
  private static final int[] REMOTE = {
    ExitCodes.MISSING,
    ExitCodes.UNSAFE,
    ExitCodes.CANNOT_CONNECT,
    ExitCodes.NOT_TRUSTED,
    ExitCodes.CONNECTION_LOST,
    ExitCodes.NOT_FOUND,
    ExitCodes.FORBIDDEN,
    ExitCodes.INVALID_INPUT,
    ExitCodes.INVALID_OPERATION_TYPE,
    ExitCodes.INTERNAL,
    ExitCodes.TIMEOUT,
    ExitCodes.DOMAIN_ERROR,
    ExitCodes.ABORTED,
    ExitCodes.SIGINT,
    ExitCodes.SIGTERM
  };

  private AlknetCommand() {}

  /** Runs one command line and returns its exit code. */
  public static int run(CliContext context, String... arguments) {
    GlobalOptions options = new GlobalOptions();
    Invocation invocation = new Invocation(context, options);
    if (Arrays.stream(arguments).anyMatch(TOKEN.asMatchPredicate())) {
      return ErrorReport.show(invocation, tokenGiven(), isGiven("--json", List.of(arguments)));
    }
    CommandLine line = commandLine(invocation);
    line.setParameterExceptionHandler(
        (problem, args) -> usageError(invocation, problem, List.of(args)));
    line.setExecutionExceptionHandler(
        (failure, command, parsed) -> ErrorReport.show(invocation, failure));
    int code = line.execute(arguments);
    context.err().flush();
    return code;
  }

  /** Returns the model of the command line, from which help and documentation come. */
  static CommandLine commandLine(Invocation invocation) {
    CommandLine line = new CommandLine(new AlknetCommand());
    line.addMixin("global", invocation.options());
    line.getCommandSpec()
        .usageMessage()
        .header(
            "Secure, self-hosted remote calls: run a node, and call one.",
            "",
            "  alknet serve",
            "  alknet call demo/echo '{\"text\":\"hello\"}'",
            "  alknet ls -r FINGERPRINT@HOST:PORT",
            "");
    add(
        line,
        new ServeCommand(invocation),
        ExitCodes.CONFIGURATION,
        ExitCodes.CANNOT_START,
        ExitCodes.STORE,
        ExitCodes.VAULT,
        ExitCodes.UNSAFE,
        ExitCodes.SIGINT,
        ExitCodes.SIGTERM);
    add(line, new StatusCommand(invocation), ExitCodes.MISSING);
    add(line, new StopCommand(invocation), ExitCodes.MISSING, ExitCodes.UNSAFE, ExitCodes.TIMEOUT);
    add(
        line,
        new ReloadCommand(invocation),
        ExitCodes.CONFIGURATION,
        ExitCodes.MISSING,
        ExitCodes.UNSAFE);
    CommandLine peer = add(line, new PeerCommand());
    add(peer, new PeerCommand.ListPeers(invocation), STORE);
    add(peer, new PeerCommand.Show(invocation), STORE);
    add(peer, new PeerAddCommand(invocation), STORE);
    add(peer, new PeerUpdateCommand(invocation), STORE);
    add(peer, new PeerRotateCommand(invocation), STORE);
    add(peer, new PeerCommand.Enable(invocation), STORE);
    add(peer, new PeerCommand.Disable(invocation), STORE);
    add(peer, new PeerCommand.Remove(invocation), STORE);
    CommandLine token = add(line, new TokenCommand());
    add(token, new TokenCommand.Issue(invocation), STORE);
    add(token, new TokenCommand.Hash(invocation), LOCAL);
    add(token, new TokenCommand.Verify(invocation), STORE);
    CommandLine vault = add(line, new VaultCommand());
    add(vault, new VaultCommand.Init(invocation), VAULT);
    add(vault, new VaultCommand.Import(invocation), VAULT);
    add(vault, new VaultCommand.Unlock(invocation), VAULT);
    add(vault, new VaultCommand.Fingerprint(invocation), VAULT);
    CommandLine credential = add(line, new CredentialCommand());
    add(credential, new CredentialCommand.Put(invocation), with(VAULT, ExitCodes.STORE));
    add(credential, new CredentialCommand.ListCredentials(invocation), STORE);
    add(credential, new CredentialCommand.Delete(invocation), STORE);
    CommandLine config = add(line, new ConfigCommand());
    add(config, new ConfigCommand.Check(invocation), CONFIGURATION);
    add(config, new ConfigCommand.Show(invocation), CONFIGURATION);
    add(config, new ConfigCommand.Diff(invocation), CONFIGURATION);
    add(config, new ConfigCommand.Schema(invocation));
    add(config, new ConfigCommand.Init(invocation));
    add(line, new CallCommand(invocation), REMOTE);
    add(line, new SubscribeCommand(invocation), REMOTE);
    add(line, new LsCommand(invocation), REMOTE);
    add(line, new SchemaCommand(invocation), REMOTE);
    add(line, new PingCommand(invocation), with(DIAL, ExitCodes.CONNECTION_LOST));
    CommandLine identity = add(line, new IdentityCommand());
    add(identity, new IdentityCommand.Show(invocation), LOCAL);
    add(line, new KeygenCommand(invocation), ExitCodes.STORE, ExitCodes.UNSAFE);
    add(line, new FingerprintCommand(invocation), DIAL);
    line.setExpandAtFiles(false);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setUsageHelpAutoWidth(true);
    line.registerConverter(Duration.class, new DurationConverter());
    line.setColorScheme(
        CommandLine.Help.defaultColorScheme(invocation.styles().colour() ? Ansi.ON : Ansi.OFF));
    line.setOut(new java.io.PrintWriter(new ResultWriter(invocation.context().out()), true));
    line.setErr(invocation.context().err());
    line.setExecutionStrategy(
        parsed -> {
          invocation.warnAboutSecretVariables();
          return new CommandLine.RunLast().execute(parsed);
        });
    return line;
  }

  private static CommandLine add(CommandLine parent, Object command, int... codes) {
    CommandLine line = new CommandLine(command);
    Map<String, String> shown = new LinkedHashMap<>();
    for (int code : with(codes, ExitCodes.OK, ExitCodes.UNEXPECTED, ExitCodes.USAGE)) {
      shown.put(" " + code, ExitCodes.row(code).meaning());
    }
    line.getCommandSpec().usageMessage().exitCodeList(shown);
    parent.addSubcommand(line);
    return line;
  }

  private static int[] with(int[] codes, int... more) {
    int[] all = Arrays.copyOf(codes, codes.length + more.length);
    System.arraycopy(more, 0, all, codes.length, more.length);
    return Arrays.stream(all).sorted().distinct().toArray();
  }

  private static int usageError(
      Invocation invocation, ParameterException problem, List<String> arguments) {
    String command = problem.getCommandLine().getCommandSpec().qualifiedName();
    String help = command + " --help  shows what there is.";
    CliException failure;
    if (problem instanceof UnmatchedArgumentException unmatched) {
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
