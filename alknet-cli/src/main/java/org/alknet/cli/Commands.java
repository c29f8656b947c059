package org.alknet.cli;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
 * The commands, and the codes with which each of them may end.
 *
 * <p>Immutable.
 */
final class Commands {
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

  /** All of them, in the order of the help; those of a group follow it. */
  static final List<String> PATHS =
      List.of(
          "init",
          "serve",
          "status",
          "stop",
          "reload",
          "peer",
          "peer list",
          "peer show",
          "peer add",
          "peer update",
          "peer rotate",
          "peer enable",
          "peer disable",
          "peer remove",
          "peer export",
          "peer import",
          "token",
          "token issue",
          "token hash",
          "token verify",
          "vault",
          "vault init",
          "vault import",
          "vault unlock",
          "vault fingerprint",
          "vault derive",
          "vault rotate",
          "vault change-password",
          "vault export",
          "credential",
          "credential put",
          "credential list",
          "credential show",
          "credential test",
          "credential delete",
          "store",
          "store info",
          "store check",
          "store backup",
          "store restore",
          "store prune",
          "store migrate",
          "store watch",
          "config",
          "config check",
          "config show",
          "config diff",
          "config schema",
          "config init",
          "call",
          "subscribe",
          "batch",
          "ls",
          "schema",
          "ping",
          "bench",
          "doctor",
          "acl",
          "acl explain",
          "acl matrix",
          "import",
          "import call",
          "import mcp",
          "import openapi",
          "export",
          "export openapi",
          "export peers",
          "remote",
          "remote add",
          "remote list",
          "remote show",
          "remote use",
          "remote remove",
          "remote test",
          "identity",
          "identity show",
          "keygen",
          "fingerprint",
          "help",
          "version",
          "completion",
          "man");

  private final Invocation invocation;

  Commands(Invocation invocation) {
    this.invocation = invocation;
  }

  /** Makes one of {@link #PATHS}, with nothing below it. */
  CommandLine of(String path) {
    return switch (path) {
      case "init" -> command(new InitCommand(invocation), with(STORE, ExitCodes.VAULT));
      case "serve" ->
          command(
              new ServeCommand(invocation),
              ExitCodes.CONFIGURATION,
              ExitCodes.CANNOT_START,
              ExitCodes.STORE,
              ExitCodes.VAULT,
              ExitCodes.UNSAFE,
              ExitCodes.SIGINT,
              ExitCodes.SIGTERM);
      case "status" -> command(new StatusCommand(invocation), ExitCodes.MISSING, ExitCodes.SIGTERM);
      case "stop" ->
          command(
              new StopCommand(invocation), ExitCodes.MISSING, ExitCodes.UNSAFE, ExitCodes.TIMEOUT);
      case "reload" ->
          command(
              new ReloadCommand(invocation),
              ExitCodes.CONFIGURATION,
              ExitCodes.MISSING,
              ExitCodes.UNSAFE);
      case "peer" -> command(new PeerCommand());
      case "peer list" -> command(new PeerListCommand(invocation), STORE);
      case "peer show" -> command(new PeerShowCommand(invocation), STORE);
      case "peer add" -> command(new PeerAddCommand(invocation), STORE);
      case "peer update" -> command(new PeerUpdateCommand(invocation), STORE);
      case "peer rotate" -> command(new PeerRotateCommand(invocation), STORE);
      case "peer enable" -> command(new PeerEnableCommand(invocation), STORE);
      case "peer disable" -> command(new PeerDisableCommand(invocation), STORE);
      case "peer remove" -> command(new PeerRemoveCommand(invocation), STORE);
      case "peer export" -> command(new PeerExportCommand(invocation), STORE);
      case "peer import" -> command(new PeerImportCommand(invocation), STORE);
      case "token" -> command(new TokenCommand());
      case "token issue" -> command(new TokenIssueCommand(invocation), STORE);
      case "token hash" -> command(new TokenHashCommand(invocation), LOCAL);
      case "token verify" -> command(new TokenVerifyCommand(invocation), STORE);
      case "vault" -> command(new VaultCommand());
      case "vault init" -> command(new VaultInitCommand(invocation), VAULT);
      case "vault import" -> command(new VaultImportCommand(invocation), VAULT);
      case "vault unlock" -> command(new VaultUnlockCommand(invocation), VAULT);
      case "vault fingerprint" -> command(new VaultFingerprintCommand(invocation), VAULT);
      case "vault derive" -> command(new VaultDeriveCommand(invocation), VAULT);
      case "vault rotate" ->
          command(
              new VaultRotateCommand(invocation), with(VAULT, ExitCodes.STORE, ExitCodes.PARTIAL));
      case "vault change-password" -> command(new VaultChangePasswordCommand(invocation), VAULT);
      case "vault export" -> command(new VaultExportCommand(invocation), VAULT);
      case "credential" -> command(new CredentialCommand());
      case "credential put" ->
          command(new CredentialPutCommand(invocation), with(VAULT, ExitCodes.STORE));
      case "credential list" -> command(new CredentialListCommand(invocation), STORE);
      case "credential show" ->
          command(new CredentialShowCommand(invocation), with(VAULT, ExitCodes.STORE));
      case "credential test" ->
          command(
              new CredentialTestCommand(invocation),
              with(
                  VAULT,
                  ExitCodes.STORE,
                  ExitCodes.CANNOT_CONNECT,
                  ExitCodes.NOT_TRUSTED,
                  ExitCodes.FORBIDDEN,
                  ExitCodes.TIMEOUT,
                  ExitCodes.PARTIAL));
      case "credential delete" -> command(new CredentialDeleteCommand(invocation), STORE);
      case "store" -> command(new StoreCommand());
      case "store info" -> command(new StoreInfoCommand(invocation), STORE);
      case "store check" ->
          command(new StoreCheckCommand(invocation), with(STORE, ExitCodes.PARTIAL));
      case "store backup" -> command(new StoreBackupCommand(invocation), STORE);
      case "store restore" -> command(new StoreRestoreCommand(invocation), STORE);
      case "store prune" -> command(new StorePruneCommand(invocation), STORE);
      case "store migrate" -> command(new StoreMigrateCommand(invocation), STORE);
      case "store watch" ->
          command(new StoreWatchCommand(invocation), with(STORE, ExitCodes.SIGTERM));
      case "config" -> command(new ConfigCommand());
      case "config check" -> command(new ConfigCheckCommand(invocation), CONFIGURATION);
      case "config show" -> command(new ConfigShowCommand(invocation), CONFIGURATION);
      case "config diff" -> command(new ConfigDiffCommand(invocation), CONFIGURATION);
      case "config schema" -> command(new ConfigSchemaCommand(invocation));
      case "config init" -> command(new ConfigInitCommand(invocation));
      case "call" -> command(new CallCommand(invocation), REMOTE);
      case "subscribe" -> command(new SubscribeCommand(invocation), REMOTE);
      case "batch" -> command(new BatchCommand(invocation), with(REMOTE, ExitCodes.PARTIAL));
      case "ls" -> command(new LsCommand(invocation), REMOTE);
      case "schema" -> command(new SchemaCommand(invocation), REMOTE);
      case "ping" -> command(new PingCommand(invocation), with(DIAL, ExitCodes.CONNECTION_LOST));
      case "bench" -> command(new BenchCommand(invocation), with(REMOTE, ExitCodes.PARTIAL));
      case "doctor" -> command(new DoctorCommand(invocation), with(VAULT, ExitCodes.PARTIAL));
      case "acl" -> command(new AclCommand());
      case "acl explain" ->
          command(new AclExplainCommand(invocation), with(STORE, ExitCodes.FORBIDDEN));
      case "acl matrix" -> command(new AclMatrixCommand(invocation), STORE);
      case "import" -> command(new ImportCommand());
      case "import call" -> command(new ImportCallCommand(invocation), REMOTE);
      case "import mcp" ->
          command(
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
      case "import openapi" ->
          command(new ImportOpenApiCommand(invocation), with(CONFIGURATION, ExitCodes.PARTIAL));
      case "export" -> command(new ExportCommand());
      case "export openapi" -> command(new ExportOpenApiCommand(invocation), STORE);
      case "export peers" -> command(new ExportPeersCommand(invocation), STORE);
      case "remote" -> command(new RemoteCommand());
      case "remote add" ->
          command(
              new RemoteAddCommand(invocation),
              with(DIAL, ExitCodes.CONFIGURATION, ExitCodes.STORE, ExitCodes.VAULT));
      case "remote list" -> command(new RemoteListCommand(invocation), FILES);
      case "remote show" -> command(new RemoteShowCommand(invocation), FILES);
      case "remote use" -> command(new RemoteUseCommand(invocation), FILES);
      case "remote remove" -> command(new RemoteRemoveCommand(invocation), STORE);
      case "remote test" -> command(new RemoteTestCommand(invocation), REMOTE);
      case "identity" -> command(new IdentityCommand());
      case "identity show" -> command(new IdentityCommand.Show(invocation), LOCAL);
      case "keygen" -> command(new KeygenCommand(invocation), ExitCodes.STORE, ExitCodes.UNSAFE);
      case "fingerprint" -> command(new FingerprintCommand(invocation), DIAL);
      case "help" -> command(new HelpCommand(invocation));
      case "version" -> command(new VersionCommand(invocation));
      case "completion" -> command(new CompletionCommand(invocation));
      case "man" -> command(new ManCommand(invocation));
      default -> throw new AssertionError(path);
    };
  }

  private static CommandLine command(Object command, int... codes) {
    CommandLine line = new CommandLine(command);
    line.getCommandSpec()
        .usageMessage()
        .exitCodeList(shown(with(codes, ExitCodes.OK, ExitCodes.UNEXPECTED, ExitCodes.USAGE)));
    return line;
  }

  /** Returns what the help says of these codes. */
  static Map<String, String> shown(int... codes) {
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
