package org.alknet.cli;

import java.util.Collection;
import java.util.Collections;
import java.util.Set;
import org.alknet.cli.assembly.HeadStart;

/**
 * What the words of a line tell of the libraries its command will need: those are made ready while
 * the line is read. A word that means something else costs a thread that works in vain.
 */
final class LibrariesNeeded {
  /** What is only told and never done. */
  private static final Set<String> TOLD =
      Set.of("-h", "--help", "help", "-V", "--version", "version", "completion", "man");

  /** Commands that build the registry of a node. */
  private static final Set<String> CHECK_SCHEMAS = Set.of("acl", "check", "serve");

  private LibrariesNeeded() {}

  static void prepare(Collection<String> words) {
    if (Collections.disjoint(words, TOLD) && !Collections.disjoint(words, CHECK_SCHEMAS)) {
      HeadStart.schemas();
    }
  }
}
