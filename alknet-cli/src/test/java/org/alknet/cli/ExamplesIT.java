package org.alknet.cli;

import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** As {@link ExamplesTest}, the first example of every command as a process of its own. */
@EnabledIfSystemProperty(named = "alknet.soak", matches = "full")
class ExamplesIT extends ExamplesTest {
  @Override
  ShellLines shell() {
    return super.shell().inProcesses();
  }
}
