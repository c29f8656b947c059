package org.alknet.vault.keystore;

import java.nio.file.Path;

/** Run in a process with a small heap: opens a keystore that asks for more than there is. */
final class SmallHeapProbe {
  private SmallHeapProbe() {}

  /** Prints the outcome. */
  public static void main(String[] arguments) {
    try {
      Keystore.at(Path.of(arguments[0])).open("password".toCharArray()).close();
      System.out.println("opened");
    } catch (KeystoreException e) {
      System.out.println(e.kind() + ": " + e.getMessage());
    }
  }
}
