package org.alknet.cli.admin;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.alknet.cli.config.ConfigText;

/** The commented sample of a configuration, with some of its lines switched on. */
final class ConfigTemplate {
  private String text;

  private ConfigTemplate(String text) {
    this.text = text;
  }

  /** Returns the sample, all of which is comments. */
  static ConfigTemplate sample() throws IOException {
    try (InputStream in = ConfigText.class.getResourceAsStream("sample.toml")) {
      if (in == null) {
        throw new IOException("the archive of this program is damaged");
      }
      return new ConfigTemplate(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  /** Listens there. */
  ConfigTemplate listen(String address) {
    return with("#listen_addr ", "listen_addr = [" + quoted(address) + "]");
  }

  /** Takes the key of the node from a keystore, and checks that it is the right one. */
  ConfigTemplate vault(
      Path keystore, String fingerprint, Optional<Path> passwordFile, Optional<Path> passphrase) {
    with("#[tls_identity]", "[tls_identity]");
    with("#type     =", "type     = \"raw_key\"");
    with("#source   =", "source   = \"vault\"");
    with("#[identity]", "[identity]");
    with("#expect_fingerprint =", "expect_fingerprint = " + quoted(fingerprint));
    with("#[vault]", "[vault]");
    with("#keystore =", "keystore = " + quoted(keystore.toString()));
    if (passphrase.isPresent()) {
      with(
          "#password_file =",
          password(passwordFile) + "\npassphrase_file = " + quoted(passphrase.get().toString()));
    } else {
      with("#password_file =", password(passwordFile));
    }
    return this;
  }

  private static String password(Optional<Path> file) {
    return file.map(path -> "password_file = " + quoted(path.toString()))
        .orElse("#password_file = \"…\"   # serve asks for it");
  }

  /** Replaces the one line that begins like this. */
  private ConfigTemplate with(String beginning, String line) {
    int at = text.startsWith(beginning) ? 0 : text.indexOf("\n" + beginning) + 1;
    if (at == 0 && !text.startsWith(beginning)) {
      throw new IllegalStateException("the sample has no line " + beginning);
    }
    int end = text.indexOf('\n', at);
    text = text.substring(0, at) + line + text.substring(end);
    return this;
  }

  private static String quoted(String value) {
    return "\"" + value.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }

  /** Returns the file, without its last line end. */
  byte[] bytes() {
    return text.stripTrailing().getBytes(StandardCharsets.UTF_8);
  }
}
