package org.alknet.cli.input;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.alknet.cli.assembly.NodeException;
import org.alknet.cli.assembly.SecretFiles;
import org.alknet.cli.assembly.SecretText;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import org.jspecify.annotations.Nullable;

/**
 * Reads a secret from where it may come: a file, a descriptor, standard input, or a prompt without
 * echo (spec/cli.md section 4.3). Never from an argument or the environment.
 */
public final class SecretInput {
  private SecretInput() {}

  /**
   * Reads a secret.
   *
   * @param file value of the option {@code --…-file}
   * @param descriptor value of the option {@code --…-fd}
   * @param standardInput whether {@code --stdin} is given
   * @param prompt what to ask for, if nothing else is given
   * @return UTF-8, which the caller wipes
   * @throws CliException if nothing is given and nobody can be asked
   */
  public static byte[] read(
      Invocation invocation,
      @Nullable String file,
      @Nullable Integer descriptor,
      boolean standardInput,
      String prompt)
      throws CliException, NodeException {
    return read(
        invocation,
        file,
        descriptor,
        standardInput,
        prompt,
        "Give it in a file of mode 0600, or on standard input with --stdin.");
  }

  /**
   * Reads a secret that never comes on standard input.
   *
   * @param option that names the file, for whoever cannot be asked
   * @return as the other method
   */
  public static byte[] read(
      Invocation invocation,
      @Nullable String file,
      @Nullable Integer descriptor,
      String prompt,
      String option)
      throws CliException, NodeException {
    return read(
        invocation,
        file,
        descriptor,
        false,
        prompt,
        "Give it in a file of mode 0600:  " + option + " FILE");
  }

  private static byte[] read(
      Invocation invocation,
      @Nullable String file,
      @Nullable Integer descriptor,
      boolean standardInput,
      String prompt,
      String advice)
      throws CliException, NodeException {
    if (file != null) {
      return SecretFiles.read(invocation.context().resolve(file));
    }
    if (descriptor != null) {
      return SecretFiles.read(Path.of("/dev/fd/" + descriptor));
    }
    if (standardInput) {
      try {
        return SecretFiles.read("standard input", invocation.context().in());
      } catch (IOException failed) {
        throw CliException.of(ExitCodes.UNEXPECTED, "cannot read standard input").withCause(failed);
      }
    }
    Optional<char[]> typed =
        invocation.context().terminal() && !invocation.options().noInput()
            ? invocation.context().platform().askSecret(prompt + ": ")
            : Optional.empty();
    char[] secret =
        typed.orElseThrow(
            () ->
                CliException.of(
                    ExitCodes.UNSAFE, prompt + " is needed, and nobody can be asked here", advice));
    return SecretText.utf8(secret);
  }
}
