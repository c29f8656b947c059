package org.alknet.cli.output;

import java.io.IOException;

/** Whoever read our results has gone away. No failure: the command just ends. */
public final class BrokenPipeException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Keeps what the system said. */
  public BrokenPipeException(IOException cause) {
    super("nobody reads the results any more", cause);
  }
}
