package org.alknet.cli.command;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.alknet.cli.assembly.KeyFiles;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import org.alknet.cli.output.JsonWriter;
import org.alknet.core.tls.Ed25519SecretKey;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code alknet keygen}: a new key (spec/cli.md section 9.10). */
@Command(
    name = "keygen",
    header = {
      "Make a new Ed25519 key; its fingerprint goes to standard error.",
      "",
      "  alknet keygen --out worker.key",
      "  alknet keygen | ssh host 'umask 077; cat > worker.key'",
      ""
    })
public final class KeygenCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "new file, mode 0600 (default: standard output, if that is no terminal)")
  private @Nullable String out;

  /** Creates the command. */
  public KeygenCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws Exception {
    if (out == null) {
      print();
    } else {
      Ed25519SecretKey key = KeyFiles.create(invocation.context().resolve(out));
      key.destroy();
      if (invocation.options().json()) {
        Map<String, String> made = new LinkedHashMap<>();
        made.put("fingerprint", key.fingerprint());
        made.put("file", out);
        invocation.result(JsonWriter.text("key", made));
        invocation.context().out().flush();
      } else {
        invocation.note(key.fingerprint());
      }
    }
    return ExitCodes.OK;
  }

  private void print() throws Exception {
    if (invocation.options().json()) {
      throw CliException.of(
          ExitCodes.USAGE, "a secret is never part of a JSON document", "Add --out FILE.");
    }
    if (invocation.context().terminal()) {
      throw CliException.of(
          ExitCodes.UNSAFE,
          "a secret key is not shown on a terminal",
          "Add --out FILE, or pipe it to where it belongs.");
    }
    Ed25519SecretKey key = Ed25519SecretKey.generate();
    byte[] text = KeyFiles.revealText(key);
    try {
      invocation.context().out().raw(text);
      invocation.context().out().flush();
    } finally {
      Arrays.fill(text, (byte) 0);
      key.destroy();
    }
    invocation.note(key.fingerprint());
  }
}
