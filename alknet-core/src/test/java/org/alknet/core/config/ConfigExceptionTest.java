package org.alknet.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ConfigExceptionTest {
  @Test
  void messagesAreTheDocumentedOnes() {
    IOException cause = new IOException("why");

    assertThat(new ConfigException.InvalidFlag("port")).hasMessage("invalid flag: port");
    assertThat(new ConfigException.KeyFileNotFound(Path.of("node.key")))
        .hasMessage("key file not found: node.key");
    assertThat(new ConfigException.BindFailed(cause))
        .hasMessage("bind failed: why")
        .hasCause(cause);
    assertThat(new ConfigException.TlsConfig(cause))
        .hasMessage("tls config error: why")
        .hasCause(cause);
    assertThat(new ConfigException.IncompatibleOptions()).hasMessage("incompatible options");
    assertThat(new ConfigException.DuplicatePeerId("a")).hasMessage("duplicate peer_id: a");
  }

  @Test
  void problemsAreListedWithTheirPlaces() {
    ConfigProblem placed =
        new ConfigProblem(
            Optional.of(new ConfigProblem.Position("a.toml", 3, 7)), "limits.retry", "is a word");
    ConfigProblem unplaced = new ConfigProblem(Optional.empty(), "auth", "is a table");

    assertThat(new ConfigException.Invalid(List.of(placed, unplaced)))
        .hasMessage("invalid configuration: a.toml:3:7: limits.retry: is a word; auth: is a table");
    assertThatIllegalArgumentException().isThrownBy(() -> new ConfigException.Invalid(List.of()));
  }
}
