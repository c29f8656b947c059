package org.alknet.cli.config;

import java.util.Set;
import java.util.regex.Pattern;
import org.alknet.core.config.ConfigProblem.Position;
import org.alknet.core.config.ConfigTree;

/**
 * Refuses secrets in a configuration file: a text under a name that promises one, and a text that
 * looks like a token wherever it stands (spec/cli.md section 6.1).
 */
final class SecretScan {
  private static final Set<String> NAMES =
      Set.of("token", "password", "mnemonic", "api_key", "passphrase", "secret");
  private static final Pattern TOKEN = Pattern.compile("alk_[A-Za-z0-9_-]{20,}");
  private static final String MESSAGE =
      "looks like a secret, and no secret belongs in this file (whoever could read it has it now);"
          + " put it into a file of its own, mode 0600, or into the store: alknet credential put NAME";

  private final ProblemList problems;

  private SecretScan(ProblemList problems) {
    this.problems = problems;
  }

  static void check(ConfigTree.Table root, ProblemList problems) {
    new SecretScan(problems).table("", root);
  }

  private void table(String path, ConfigTree.Table table) {
    for (ConfigTree.Entry entry : table.entries()) {
      String at = path.isEmpty() ? entry.key() : path + "." + entry.key();
      if (NAMES.contains(entry.key()) && entry.value() instanceof ConfigTree.Text) {
        report(entry.position(), at);
      } else {
        value(at, entry.value());
      }
    }
  }

  private void value(String path, ConfigTree value) {
    if (value instanceof ConfigTree.Table table) {
      table(path, table);
    } else if (value instanceof ConfigTree.Sequence sequence) {
      for (int i = 0; i < sequence.items().size(); i++) {
        value(path + "[" + i + "]", sequence.items().get(i));
      }
    } else if (value instanceof ConfigTree.Text text && TOKEN.matcher(text.value()).find()) {
      report(text.position(), path);
    }
  }

  private void report(Position position, String path) {
    problems.add(position, path, MESSAGE);
  }
}
