package org.alknet.examples.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InventoryNodeTest {
  @TempDir Path temp;

  @Test
  void clerkIsLetInWhenKnownAndKeptOutWhenDisabled() throws Exception {
    Path directory = temp.resolve("node");

    assertThat(InventoryNode.run(directory))
        .containsExactly("FORBIDDEN", "{\"item\":\"bolts\",\"left\":5}", "FORBIDDEN");
    assertThat(Files.exists(directory.resolve("run/serve.json"))).isFalse();
    assertThat(directory.resolve("alknet.db")).exists();
  }
}
