package org.alknet.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.alknet.vault.keystore.KdfCost;
import org.alknet.vault.keystore.Keystore;

/** Keystores that open at once; with the full cost of a password each opening takes a second. */
public final class TestVault {
  static final String PASSWORD = "correct horse";

  /** Two of BIP-39's own test vectors. */
  static final String PHRASE =
      "legal winner thank year wave sausage worth useful legal winner thank yellow";

  static final String OTHER_PHRASE =
      "letter advice cage absurd amount doctor acoustic avoid letter advice cage above";

  /** The least work there can be. */
  public static final KdfCost LEAST = new KdfCost(8 * 1024, 1, 1);

  private TestVault() {}

  /** Writes {@code vault.json} into a data directory, and a file with its password beside that. */
  static void create(Path dataDirectory, String phrase) throws Exception {
    create(dataDirectory, phrase, PASSWORD);
    secret(dataDirectory.resolveSibling("password"), PASSWORD);
  }

  /** Writes {@code vault.json} into a data directory. */
  static void create(Path dataDirectory, String phrase, String password) throws Exception {
    if (!Files.isDirectory(dataDirectory)) {
      Files.createDirectory(
          dataDirectory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    Keystore.at(dataDirectory.resolve("vault.json"), LEAST)
        .importPhrase(phrase.toCharArray(), password.toCharArray());
  }

  /** Writes a file nobody else may read, with a line end. */
  static void secret(Path file, String content) throws IOException {
    Files.writeString(file, content + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }
}
