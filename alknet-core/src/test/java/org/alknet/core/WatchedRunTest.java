package org.alknet.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.logging.Logger;
import org.alknet.canary.CanaryListener;
import org.junit.jupiter.api.Test;

/** The run this test is part of fails if a secret of a test shows up in what it prints or logs. */
class WatchedRunTest {
  @Test
  void thisRunIsWatched() {
    assertThat(Logger.getLogger("").getHandlers())
        .anyMatch(
            handler -> handler.getClass().getName().startsWith(CanaryListener.class.getName()));
  }
}
