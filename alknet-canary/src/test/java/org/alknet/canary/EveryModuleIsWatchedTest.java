package org.alknet.canary;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** A module whose tests nobody watches would let its secrets through. */
class EveryModuleIsWatchedTest {
  private static final Pattern MODULE = Pattern.compile("<module>([^<]+)</module>");
  private static final String DEPENDENCY = "<artifactId>alknet-canary</artifactId>";

  @Test
  void everyModuleWithTestsHasTheListenerOnItsTestPath() throws Exception {
    Path root = Path.of(System.getProperty("alknet.root"));
    List<String> watched =
        MODULE
            .matcher(Files.readString(root.resolve("pom.xml")))
            .results()
            .map(found -> found.group(1))
            .filter(module -> Files.isDirectory(root.resolve(module).resolve("src/test/java")))
            .toList();

    assertThat(watched).contains("alknet-core", "alknet-vault", "alknet-canary");
    for (String module : watched) {
      String pom = Files.readString(root.resolve(module).resolve("pom.xml"));
      assertThat(pom).as(module).contains(DEPENDENCY);
    }
  }
}
