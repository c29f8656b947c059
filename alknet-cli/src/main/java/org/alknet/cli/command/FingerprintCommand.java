package org.alknet.cli.command;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.alknet.cli.assembly.KeyFiles;
import org.alknet.cli.assembly.NodeException;
import org.alknet.cli.client.PresentedKey;
import org.alknet.cli.client.RemoteSpec;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Interrupts;
import org.alknet.cli.context.Invocation;
import org.alknet.cli.input.FingerprintInput;
import org.alknet.cli.output.JsonWriter;
import org.alknet.core.tls.Ed25519SecretKey;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code alknet fingerprint}: the name of a key (spec/cli.md section 9.10). */
@Command(
    name = "fingerprint",
    header = {
      "Print the fingerprint of a key, a certificate or a remote.",
      "",
      "  alknet fingerprint worker.key",
      "  alknet fingerprint - < ~/.ssh/id_ed25519.pub",
      "  alknet fingerprint 127.0.0.1:4433",
      ""
    })
public final class FingerprintCommand implements Callable<Integer> {
  private static final int MAX_BYTES = 64 * 1024;

  private final Invocation invocation;

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE|-|HOST:PORT",
      description =
          "key file, PEM certificate, public key (PEM, base64, OpenSSH line), standard input, or a"
              + " remote to dial (default -)")
  private String what = "-";

  /** Creates the command. */
  public FingerprintCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws Exception {
    Path file = invocation.context().resolve(what);
    if (what.equals("-")) {
      print(read("standard input", invocation.context().in()), true);
    } else if (Files.exists(file)) {
      print(ofFile(file), true);
    } else if (what.indexOf(':') >= 0) {
      print(ofRemote(), false);
    } else {
      throw CliException.of(
          ExitCodes.MISSING, "no such file: " + file, "A remote is given as HOST:PORT.");
    }
    return ExitCodes.OK;
  }

  private static String ofFile(Path file) throws Exception {
    String fingerprint;
    try (InputStream in = Files.newInputStream(file)) {
      fingerprint = read(file.toString(), in);
    } catch (IOException failed) {
      throw new NodeException(
          NodeException.Kind.STORE,
          "cannot read " + file + ": " + failed.getMessage(),
          failed,
          List.of());
    }
    if (isSecret(file)) {
      // A secret key that others can read is worth a refusal wherever it is met.
      Ed25519SecretKey key = KeyFiles.load(file);
      key.destroy();
    }
    return fingerprint;
  }

  private static boolean isSecret(Path file) throws IOException {
    byte[] content = Files.readAllBytes(file);
    try {
      return FingerprintInput.isSecretKey(content);
    } finally {
      Arrays.fill(content, (byte) 0);
    }
  }

  private static String read(String source, InputStream in) throws IOException, CliException {
    byte[] content = in.readNBytes(MAX_BYTES + 1);
    try {
      Optional<String> fingerprint =
          content.length > MAX_BYTES ? Optional.empty() : FingerprintInput.fingerprint(content);
      return fingerprint.orElseThrow(
          () ->
              CliException.of(
                  ExitCodes.USAGE,
                  source + " holds no key this tool knows",
                  "Known are key files (64 hex digits), PEM certificates, Ed25519 public keys as",
                  "PEM or base64 SubjectPublicKeyInfo, and ssh-ed25519 lines."));
    } finally {
      Arrays.fill(content, (byte) 0);
    }
  }

  private String ofRemote() throws Exception {
    RemoteSpec remote = RemoteSpec.parse(what);
    if (!remote.pins().isEmpty()) {
      throw CliException.of(
          ExitCodes.USAGE,
          "this address has a fingerprint already",
          "alknet ping -r " + remote + "  checks it.");
    }
    invocation.prepareClient();
    return PresentedKey.of(
        remote,
        Interrupts.install(invocation.context().platform()),
        RemoteOptions.limit(invocation));
  }

  private void print(String fingerprint, boolean verified) throws IOException {
    if (invocation.options().json()) {
      Map<String, Object> found = new LinkedHashMap<>();
      found.put("fingerprint", fingerprint);
      if (!verified) {
        found.put("verified", false);
      }
      invocation.result(JsonWriter.text("fingerprint", found));
    } else {
      invocation.result(fingerprint);
    }
    invocation.context().out().flush();
    if (!verified) {
      invocation.warn(
          "this is what "
              + what
              + " presented; nothing proves that it is the right one. Compare it with what its"
              + " operator says before you pin it");
    }
  }
}
