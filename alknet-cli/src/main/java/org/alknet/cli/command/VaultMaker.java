package org.alknet.cli.command;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.alknet.cli.admin.VaultFiles;
import org.alknet.cli.assembly.NodeConfig;
import org.alknet.cli.assembly.NodeException;
import org.alknet.cli.assembly.SecretText;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.Invocation;
import org.alknet.cli.input.TypedAgain;

/**
 * Makes a phrase and its keystore: shows the phrase once, has some of it typed again where somebody
 * reads it off a screen, and only then writes anything.
 */
final class VaultMaker {
  private static final int ASKED_WORDS = 3;

  private final Invocation invocation;
  private final VaultOptions options;
  private final SecretOutput output;

  VaultMaker(Invocation invocation, VaultOptions options, SecretOutput output) {
    this.invocation = invocation;
    this.options = options;
    this.output = output;
  }

  /**
   * What was made.
   *
   * <p>Immutable.
   */
  record Made(Path keystore, String fingerprint) {}

  /**
   * Makes them.
   *
   * @param words of the phrase
   * @param document members of the JSON document, to which the phrase is added if that was asked
   *     for
   */
  Made make(Optional<NodeConfig> config, int words, Map<String, Object> document)
      throws CliException, NodeException, IOException {
    Path keystore = options.file(invocation, config);
    VaultFiles.refuseExisting(keystore);
    char[] password = options.newPassword(invocation, config);
    char[] passphrase = options.passphrase(invocation, config);
    char[] phrase = new char[0];
    try {
      phrase = VaultFiles.newPhrase(words);
      String fingerprint = VaultFiles.fingerprint(phrase, passphrase);
      hand(phrase, document);
      VaultFiles.create(keystore, phrase, password, invocation.context().passwordCost());
      document.put("keystore", keystore);
      document.put("fingerprint", fingerprint);
      return new Made(keystore, fingerprint);
    } finally {
      Arrays.fill(password, '\0');
      Arrays.fill(passphrase, '\0');
      Arrays.fill(phrase, '\0');
    }
  }

  private void hand(char[] phrase, Map<String, Object> document)
      throws CliException, NodeException, IOException {
    byte[] text = SecretText.utf8(phrase.clone());
    try {
      output.hand(invocation, text, "the phrase", "phrase", document);
    } finally {
      Arrays.fill(text, (byte) 0);
    }
    if (output.isOnScreen(invocation)) {
      TypedAgain.required(invocation, phrase, ASKED_WORDS);
    }
  }
}
