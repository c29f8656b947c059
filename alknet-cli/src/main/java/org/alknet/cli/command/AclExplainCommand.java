package org.alknet.cli.command;

import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.alknet.cli.admin.OfferedOperations;
import org.alknet.cli.admin.Peers;
import org.alknet.cli.admin.TokenCheck;
import org.alknet.cli.assembly.SecretFiles;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code alknet acl explain} (spec/cli.md section 9.13). */
@Command(
    name = "explain",
    header = {
      "Tell why somebody may use an operation, or may not.",
      "",
      "  alknet acl explain demo/secret --peer operator",
      "  alknet acl explain demo/secret --anonymous",
      "  alknet acl explain demo/secret --token-file script.token --json",
      "",
      "Asks the check a running node asks, about the operations of the configuration. Ends with 0",
      "if the caller may, and with 21 if not.",
      ""
    })
public final class AclExplainCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(paramLabel = "OPERATION", description = "name of the operation, as ls shows it")
  private String operation = "";

  @Option(names = "--peer", paramLabel = "ID", description = "the caller is this peer")
  private @Nullable String peer;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "the caller has the bearer token in this file")
  private @Nullable String tokenFile;

  @Option(names = "--anonymous", description = "the caller is nobody")
  private boolean anonymous;

  /** Creates the command. */
  public AclExplainCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws Exception {
    if ((peer == null ? 0 : 1) + (tokenFile == null ? 0 : 1) + (anonymous ? 1 : 0) != 1) {
      throw CliException.of(
          ExitCodes.USAGE, "who asks?", "Give one of --peer ID, --token-file FILE, --anonymous.");
    }
    LocalData local = LocalData.of(invocation);
    AclView view = new AclView(invocation, OfferedOperations.of(local.directory(), local.config()));
    String name = operation.startsWith("/") ? operation.substring(1) : operation;
    if (anonymous) {
      return view.explain(name, AclCaller.anonymous());
    }
    if (peer != null) {
      return view.explain(name, AclCaller.peer(Peers.find(local.peers(), peer)));
    }
    byte[] token =
        SecretFiles.read(invocation.context().resolve(Objects.requireNonNull(tokenFile)));
    try {
      return view.explain(
          name, AclCaller.token(TokenCheck.resolve(local.directory(), local.config(), token)));
    } finally {
      Arrays.fill(token, (byte) 0);
    }
  }
}
