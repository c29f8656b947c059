package org.alknet.cli;

import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.alknet.cli.command.AclCommand;
import org.alknet.cli.command.AclExplainCommand;
import org.alknet.cli.command.AclMatrixCommand;
import org.alknet.cli.command.BatchCommand;
import org.alknet.cli.command.BenchCommand;
import org.alknet.cli.command.CallCommand;
import org.alknet.cli.command.CompletionCommand;
import org.alknet.cli.command.ConfigCheckCommand;
import org.alknet.cli.command.ConfigCommand;
import org.alknet.cli.command.ConfigDiffCommand;
import org.alknet.cli.command.ConfigInitCommand;
import org.alknet.cli.command.ConfigSchemaCommand;
import org.alknet.cli.command.ConfigShowCommand;
import org.alknet.cli.command.CredentialCommand;
import org.alknet.cli.command.CredentialDeleteCommand;
import org.alknet.cli.command.CredentialListCommand;
import org.alknet.cli.command.CredentialPutCommand;
import org.alknet.cli.command.CredentialShowCommand;
import org.alknet.cli.command.CredentialTestCommand;
import org.alknet.cli.command.DoctorCommand;
import org.alknet.cli.command.ExportCommand;
import org.alknet.cli.command.ExportOpenApiCommand;
import org.alknet.cli.command.ExportPeersCommand;
import org.alknet.cli.command.FingerprintCommand;
import org.alknet.cli.command.HelpCommand;
import org.alknet.cli.command.IdentityCommand;
import org.alknet.cli.command.ImportCallCommand;
import org.alknet.cli.command.ImportCommand;
import org.alknet.cli.command.ImportMcpCommand;
import org.alknet.cli.command.ImportOpenApiCommand;
import org.alknet.cli.command.InitCommand;
import org.alknet.cli.command.KeygenCommand;
import org.alknet.cli.command.LsCommand;
import org.alknet.cli.command.ManCommand;
import org.alknet.cli.command.PeerAddCommand;
import org.alknet.cli.command.PeerCommand;
import org.alknet.cli.command.PeerDisableCommand;
import org.alknet.cli.command.PeerEnableCommand;
import org.alknet.cli.command.PeerExportCommand;
import org.alknet.cli.command.PeerImportCommand;
import org.alknet.cli.command.PeerListCommand;
import org.alknet.cli.command.PeerRemoveCommand;
import org.alknet.cli.command.PeerRotateCommand;
import org.alknet.cli.command.PeerShowCommand;
import org.alknet.cli.command.PeerUpdateCommand;
import org.alknet.cli.command.PingCommand;
import org.alknet.cli.command.ReloadCommand;
import org.alknet.cli.command.RemoteAddCommand;
import org.alknet.cli.command.RemoteCommand;
import org.alknet.cli.command.RemoteListCommand;
import org.alknet.cli.command.RemoteRemoveCommand;
import org.alknet.cli.command.RemoteShowCommand;
import org.alknet.cli.command.RemoteTestCommand;
import org.alknet.cli.command.RemoteUseCommand;
import org.alknet.cli.command.SchemaCommand;
import org.alknet.cli.command.ServeCommand;
import org.alknet.cli.command.StatusCommand;
import org.alknet.cli.command.StopCommand;
import org.alknet.cli.command.StoreBackupCommand;
import org.alknet.cli.command.StoreCheckCommand;
import org.alknet.cli.command.StoreCommand;
import org.alknet.cli.command.StoreInfoCommand;
import org.alknet.cli.command.StoreMigrateCommand;
import org.alknet.cli.command.StorePruneCommand;
import org.alknet.cli.command.StoreRestoreCommand;
import org.alknet.cli.command.StoreWatchCommand;
import org.alknet.cli.command.SubscribeCommand;
import org.alknet.cli.command.TokenCommand;
import org.alknet.cli.command.TokenHashCommand;
import org.alknet.cli.command.TokenIssueCommand;
import org.alknet.cli.command.TokenVerifyCommand;
import org.alknet.cli.command.VaultChangePasswordCommand;
import org.alknet.cli.command.VaultCommand;
import org.alknet.cli.command.VaultDeriveCommand;
import org.alknet.cli.command.VaultExportCommand;
import org.alknet.cli.command.VaultFingerprintCommand;
import org.alknet.cli.command.VaultImportCommand;
import org.alknet.cli.command.VaultInitCommand;
import org.alknet.cli.command.VaultRotateCommand;
import org.alknet.cli.command.VaultUnlockCommand;
import org.alknet.cli.command.VersionCommand;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import picocli.CommandLine;

/**
 * Which commands there are, and with which codes each of them may end.
 *
 * <p>Immutable.
 */
final class CommandTree {
  private static final int[] LOCAL = {ExitCodes.MISSING, ExitCodes.UNSAFE};
  private static final int[] FILES = {ExitCodes.STORE, ExitCodes.MISSING, ExitCodes.UNSAFE};
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

  /** Commands that tell of all the others. */
  private static final Set<String> ABOUT_ALL = Set.of("help", "completion", "man");

  private final Invocation invocation;

  CommandTree(Invocation invocation) {
    this.invocation = invocation;
  }

  /**
   * Commands that stand together in the help.
   *
   * @param names of all of them
   */
  private record Family(Consumer<CommandLine> adder, List<String> names) {
    static Family of(Consumer<CommandLine> adder, String... names) {
      return new Family(adder, List.of(names));
    }

    boolean isNamedIn(Collection<String> words) {
      return names.stream().anyMatch(words::contains);
    }
  }

  private List<Family> families() {
    return List.of(
        Family.of(this::node, "init", "serve", "status", "stop", "reload"),
        Family.of(this::peers, "peer"),
        Family.of(this::tokens, "token"),
        Family.of(this::vault, "vault"),
        Family.of(this::credentials, "credential"),
        Family.of(this::store, "store"),
        Family.of(this::configuration, "config"),
        Family.of(this::calls, "call", "subscribe", "batch", "ls", "schema", "ping"),
        Family.of(this::measurements, "bench", "doctor"),
        Family.of(this::access, "acl", "import", "export"),
        Family.of(this::remotes, "remote"),
        Family.of(this::keys, "identity", "keygen", "fingerprint"),
        Family.of(line -> add(line, new HelpCommand(invocation)), "help"),
        Family.of(line -> add(line, new VersionCommand(invocation)), "version"),
        Family.of(line -> add(line, new CompletionCommand(invocation)), "completion"),
        Family.of(line -> add(line, new ManCommand(invocation)), "man"));
  }

  /** Adds all commands to the root. */
  void addTo(CommandLine line) {
    addRoot(line, families());
  }

  /**
   * Adds the commands that these words may mean. Reading the annotations of all of them costs more
   * than most commands do.
   *
   * @return whether some were left out, so that words nobody knows may still be one of those
   */
  boolean addTo(CommandLine line, Collection<String> words) {
    List<Family> families = families();
    List<Family> named = families.stream().filter(family -> family.isNamedIn(words)).toList();
    boolean some = !named.isEmpty() && ABOUT_ALL.stream().noneMatch(words::contains);
    addRoot(line, some ? named : families);
    return some;
  }

  private static void addRoot(CommandLine line, List<Family> families) {
    line.getCommandSpec()
        .usageMessage()
        .exitCodeList(shown(ExitCodes.table().stream().mapToInt(ExitCodes.Row::code).toArray()));
    families.forEach(family -> family.adder().accept(line));
  }

  private void node(CommandLine line) {
    add(line, new InitCommand(invocation), with(STORE, ExitCodes.VAULT));
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
    add(line, new StatusCommand(invocation), ExitCodes.MISSING, ExitCodes.SIGTERM);
    add(line, new StopCommand(invocation), ExitCodes.MISSING, ExitCodes.UNSAFE, ExitCodes.TIMEOUT);
    add(
        line,
        new ReloadCommand(invocation),
        ExitCodes.CONFIGURATION,
        ExitCodes.MISSING,
        ExitCodes.UNSAFE);
  }

  private void peers(CommandLine line) {
    CommandLine peer = add(line, new PeerCommand());
    add(peer, new PeerListCommand(invocation), STORE);
    add(peer, new PeerShowCommand(invocation), STORE);
    add(peer, new PeerAddCommand(invocation), STORE);
    add(peer, new PeerUpdateCommand(invocation), STORE);
    add(peer, new PeerRotateCommand(invocation), STORE);
    add(peer, new PeerEnableCommand(invocation), STORE);
    add(peer, new PeerDisableCommand(invocation), STORE);
    add(peer, new PeerRemoveCommand(invocation), STORE);
    add(peer, new PeerExportCommand(invocation), STORE);
    add(peer, new PeerImportCommand(invocation), STORE);
  }

  private void tokens(CommandLine line) {
    CommandLine token = add(line, new TokenCommand());
    add(token, new TokenIssueCommand(invocation), STORE);
    add(token, new TokenHashCommand(invocation), LOCAL);
    add(token, new TokenVerifyCommand(invocation), STORE);
  }

  private void vault(CommandLine line) {
    CommandLine vault = add(line, new VaultCommand());
    add(vault, new VaultInitCommand(invocation), VAULT);
    add(vault, new VaultImportCommand(invocation), VAULT);
    add(vault, new VaultUnlockCommand(invocation), VAULT);
    add(vault, new VaultFingerprintCommand(invocation), VAULT);
    add(vault, new VaultDeriveCommand(invocation), VAULT);
    add(vault, new VaultRotateCommand(invocation), with(VAULT, ExitCodes.STORE, ExitCodes.PARTIAL));
    add(vault, new VaultChangePasswordCommand(invocation), VAULT);
    add(vault, new VaultExportCommand(invocation), VAULT);
  }

  private void credentials(CommandLine line) {
    CommandLine credential = add(line, new CredentialCommand());
    add(credential, new CredentialPutCommand(invocation), with(VAULT, ExitCodes.STORE));
    add(credential, new CredentialListCommand(invocation), STORE);
    add(credential, new CredentialShowCommand(invocation), with(VAULT, ExitCodes.STORE));
    add(
        credential,
        new CredentialTestCommand(invocation),
        with(
            VAULT,
            ExitCodes.STORE,
            ExitCodes.CANNOT_CONNECT,
            ExitCodes.NOT_TRUSTED,
            ExitCodes.FORBIDDEN,
            ExitCodes.TIMEOUT,
            ExitCodes.PARTIAL));
    add(credential, new CredentialDeleteCommand(invocation), STORE);
  }

  private void store(CommandLine line) {
    CommandLine store = add(line, new StoreCommand());
    add(store, new StoreInfoCommand(invocation), STORE);
    add(store, new StoreCheckCommand(invocation), with(STORE, ExitCodes.PARTIAL));
    add(store, new StoreBackupCommand(invocation), STORE);
    add(store, new StoreRestoreCommand(invocation), STORE);
    add(store, new StorePruneCommand(invocation), STORE);
    add(store, new StoreMigrateCommand(invocation), STORE);
    add(store, new StoreWatchCommand(invocation), with(STORE, ExitCodes.SIGTERM));
  }

  private void configuration(CommandLine line) {
    CommandLine config = add(line, new ConfigCommand());
    add(config, new ConfigCheckCommand(invocation), CONFIGURATION);
    add(config, new ConfigShowCommand(invocation), CONFIGURATION);
    add(config, new ConfigDiffCommand(invocation), CONFIGURATION);
    add(config, new ConfigSchemaCommand(invocation));
    add(config, new ConfigInitCommand(invocation));
  }

  private void calls(CommandLine line) {
    add(line, new CallCommand(invocation), REMOTE);
    add(line, new SubscribeCommand(invocation), REMOTE);
    add(line, new BatchCommand(invocation), with(REMOTE, ExitCodes.PARTIAL));
    add(line, new LsCommand(invocation), REMOTE);
    add(line, new SchemaCommand(invocation), REMOTE);
    add(line, new PingCommand(invocation), with(DIAL, ExitCodes.CONNECTION_LOST));
  }

  private void measurements(CommandLine line) {
    add(line, new BenchCommand(invocation), with(REMOTE, ExitCodes.PARTIAL));
    add(line, new DoctorCommand(invocation), with(VAULT, ExitCodes.PARTIAL));
  }

  private void access(CommandLine line) {
    CommandLine acl = add(line, new AclCommand());
    add(acl, new AclExplainCommand(invocation), with(STORE, ExitCodes.FORBIDDEN));
    add(acl, new AclMatrixCommand(invocation), STORE);
    CommandLine imports = add(line, new ImportCommand());
    add(imports, new ImportCallCommand(invocation), REMOTE);
    add(
        imports,
        new ImportMcpCommand(invocation),
        ExitCodes.CONFIGURATION,
        ExitCodes.STORE,
        ExitCodes.MISSING,
        ExitCodes.UNSAFE,
        ExitCodes.CANNOT_CONNECT,
        ExitCodes.FORBIDDEN,
        ExitCodes.INTERNAL,
        ExitCodes.PARTIAL,
        ExitCodes.SIGINT,
        ExitCodes.SIGTERM);
    add(imports, new ImportOpenApiCommand(invocation), with(CONFIGURATION, ExitCodes.PARTIAL));
    CommandLine exports = add(line, new ExportCommand());
    add(exports, new ExportOpenApiCommand(invocation), STORE);
    add(exports, new ExportPeersCommand(invocation), STORE);
  }

  private void remotes(CommandLine line) {
    CommandLine remote = add(line, new RemoteCommand());
    add(
        remote,
        new RemoteAddCommand(invocation),
        with(DIAL, ExitCodes.CONFIGURATION, ExitCodes.STORE, ExitCodes.VAULT));
    add(remote, new RemoteListCommand(invocation), FILES);
    add(remote, new RemoteShowCommand(invocation), FILES);
    add(remote, new RemoteUseCommand(invocation), FILES);
    add(remote, new RemoteRemoveCommand(invocation), STORE);
    add(remote, new RemoteTestCommand(invocation), REMOTE);
  }

  private void keys(CommandLine line) {
    CommandLine identity = add(line, new IdentityCommand());
    add(identity, new IdentityCommand.Show(invocation), LOCAL);
    add(line, new KeygenCommand(invocation), ExitCodes.STORE, ExitCodes.UNSAFE);
    add(line, new FingerprintCommand(invocation), DIAL);
  }

  private static CommandLine add(CommandLine parent, Object command, int... codes) {
    CommandLine line = new CommandLine(command);
    line.getCommandSpec()
        .usageMessage()
        .exitCodeList(shown(with(codes, ExitCodes.OK, ExitCodes.UNEXPECTED, ExitCodes.USAGE)));
    AlknetCommand.keepLines(line);
    parent.addSubcommand(line);
    return line;
  }

  private static Map<String, String> shown(int... codes) {
    Map<String, String> shown = new LinkedHashMap<>();
    for (int code : codes) {
      shown.put(" " + code, ExitCodes.row(code).meaning());
    }
    return shown;
  }

  private static int[] with(int[] codes, int... more) {
    int[] all = Arrays.copyOf(codes, codes.length + more.length);
    System.arraycopy(more, 0, all, codes.length, more.length);
    return Arrays.stream(all).sorted().distinct().toArray();
  }
}
