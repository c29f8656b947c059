package org.alknet.call.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.alknet.call.testing.ChildJvm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The longest legal frames in a heap of 1 GiB that holds both ends. */
class LargeStringIT {
  @Test
  void theLongestStringGoesThereAndBackAndALongerOneFailsAlone(@TempDir Path directory)
      throws Exception {
    try (ChildJvm child = ChildJvm.start(directory, List.of("-Xmx1g"), LargeString.class)) {
      String there = child.expect("there");
      String back = child.expect("back");

      assertThat(child.expect("too_long")).isEqualTo("INTERNAL");
      assertThat(child.expect("too_long_back")).isEqualTo("INTERNAL");
      assertThat(child.expect("afterwards")).isEqualTo("3");
      assertThat(child.expect("expected")).isEqualTo(there + " " + back);
      assertThat(Integer.parseInt(there)).isGreaterThan((64 << 20) - 200);
    }
  }
}
