package org.alknet.cli.assembly;

import java.util.Optional;

/** Where the password of a keystore comes from if the configuration names no file. */
@FunctionalInterface
public interface VaultPassword {
  /** Nobody can be asked. */
  VaultPassword NONE = Optional::empty;

  /** Returns the password, which the caller wipes; empty if there is none to be had. */
  Optional<char[]> ask();
}
