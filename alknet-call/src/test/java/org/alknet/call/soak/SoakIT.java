package org.alknet.call.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.alknet.call.testing.ChildJvm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Short connections by the thousand leave nothing behind: no buffer (Netty's leak detector at its
 * paranoid level sees every one of them), no thread, no descriptor.
 */
class SoakIT {
  private static final boolean FULL = "full".equals(System.getProperty("alknet.soak"));
  private static final int CONNECTIONS = FULL ? 10_000 : 2_000;
  private static final int CALLS_EACH = 10;
  private static final int FULL_MINUTES = 60;

  @Test
  @Timeout(
      value = FULL_MINUTES,
      unit = TimeUnit.MINUTES,
      threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void shortConnectionsLeaveNothingBehind(@TempDir Path directory) throws Exception {
    try (ChildJvm soak =
        ChildJvm.start(
            directory,
            List.of("-Xmx512m", "-Dio.netty.leakDetection.level=paranoid"),
            Soak.class,
            Integer.toString(CONNECTIONS),
            Integer.toString(CALLS_EACH),
            "4")) {
      String said = soak.toEnd();

      assertThat(soak.waitFor(1)).as("errors: %s", soak.errors()).isTrue();
      assertThat(soak.exitValue()).as("errors: %s", soak.errors()).isZero();
      assertThat(said)
          .contains("connections=" + CONNECTIONS + " calls=" + CONNECTIONS * CALLS_EACH)
          .contains("threads_left=0 descriptors_left=0");
      assertThat(soak.errors()).doesNotContain("LEAK");
      System.out.println("soak: " + said.strip());
    }
  }
}
