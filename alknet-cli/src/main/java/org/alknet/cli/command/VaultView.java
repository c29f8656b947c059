package org.alknet.cli.command;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.alknet.cli.context.Invocation;

/** Keystores as people and scripts see them. */
final class VaultView {
  private final Invocation invocation;

  VaultView(Invocation invocation) {
    this.invocation = invocation;
  }

  /** Shows the fingerprint of a key of a keystore. */
  void show(Path keystore, String fingerprint) throws IOException {
    new Results(invocation)
        .print("vault", Map.of("keystore", keystore, "fingerprint", fingerprint), fingerprint);
  }

  /** Says what the configuration has to say to use a keystore. */
  void explain(Path keystore, String fingerprint) {
    invocation.note("keystore " + invocation.show(keystore) + "; for the configuration:");
    invocation.note("  [identity]");
    invocation.note("  expect_fingerprint = \"" + fingerprint + "\"");
    invocation.note("  [vault]");
    invocation.note("  keystore = \"" + keystore + "\"");
    invocation.note("and to make this the key of the node:");
    invocation.note("  [tls_identity]");
    invocation.note("  type = \"raw_key\"");
    invocation.note("  source = \"vault\"");
  }
}
