package org.alknet.cli.command;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Map;
import org.alknet.cli.assembly.NodeException;
import org.alknet.cli.assembly.SecretFiles;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a secret goes that is shown once (spec/cli.md section 4.4). */
final class SecretOutput {
  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "write the secret to this new file, mode 0600")
  private @Nullable String out;

  @Option(
      names = "--reveal",
      description = "print the secret though standard output is no terminal")
  private boolean reveal;

  SecretOutput() {}

  /**
   * Makes sure that the secret has a place to go, before there is one.
   *
   * @throws CliException if it would end in a pipe nobody asked for
   */
  void check(Invocation invocation) throws CliException {
    if (out != null && Files.exists(invocation.context().resolve(out))) {
      throw CliException.of(
          ExitCodes.UNSAFE,
          out + " exists and is not overwritten",
          "Name another file, or move this one away first.");
    }
    boolean screen = invocation.context().terminal() && !invocation.options().json();
    if (out == null && !reveal && !screen) {
      throw CliException.of(
          ExitCodes.UNSAFE,
          invocation.options().json()
              ? "a secret is no part of a JSON document unless that is asked for"
              : "standard output is no terminal, and a secret is shown only there",
          "Add --out FILE for a file of mode 0600, or --reveal to print it all the same.");
    }
  }

  /**
   * Hands the secret out, once, as a member of the document if that is where it is to be; the
   * caller wipes it.
   *
   * @param secret ASCII
   */
  void hand(
      Invocation invocation,
      byte[] secret,
      String what,
      String member,
      Map<String, Object> document)
      throws NodeException, IOException {
    if (isInDocument(invocation)) {
      document.put(member, new String(secret, StandardCharsets.US_ASCII));
    } else {
      write(invocation, secret, what);
    }
  }

  /** Whether the secret is to be a member of the JSON document, and not written by itself. */
  boolean isInDocument(Invocation invocation) {
    return out == null && invocation.options().json();
  }

  /** Whether somebody has to read the secret off a terminal. */
  boolean isOnScreen(Invocation invocation) {
    return out == null
        && !reveal
        && invocation.context().terminal()
        && !invocation.options().noInput();
  }

  /** Hands the secret out, once; the caller wipes it. */
  void write(Invocation invocation, byte[] secret, String what) throws NodeException, IOException {
    if (out != null) {
      SecretFiles.create(invocation.context().resolve(out), secret);
      invocation.note(what + " is in " + out);
      return;
    }
    invocation.context().out().raw(secret);
    invocation.result("");
    invocation.context().out().flush();
    invocation.note(what + " is shown this once and stored nowhere");
  }
}
