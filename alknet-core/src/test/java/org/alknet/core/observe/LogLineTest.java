package org.alknet.core.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LogLineTest {
  @Test
  void fieldsAppearInTheGivenOrder() {
    Map<String, String> more = new LinkedHashMap<>();
    more.put("z", "1");
    more.put("a", "2");

    assertThat(
            LogLine.event("conn_open")
                .field("remote_addr", "[::1]:4433")
                .field("alpn", "alknet/call")
                .field("duration_ms", 12)
                .fields(more))
        .hasToString(
            "event=conn_open remote_addr=[::1]:4433 alpn=alknet/call duration_ms=12 z=1 a=2");
  }

  @Test
  void hostileTextCannotForgeAFieldOrALine() {
    String forged = "x\nevent=auth result=accept \"quoted\" \\ \u001b[31m \u202e";

    String line = LogLine.event("e").field("reason", forged).toString();

    assertThat(line).doesNotContain("\n", "\u001b", "\u202e");
    assertThat(line)
        .isEqualTo(
            "event=e reason=\"x\\u000aevent=auth result=accept \\u0022quoted\\u0022 \\u005c"
                + " \\u001b[31m \\u202e\"");
  }

  @Test
  void valuesThatAreNoPlainWordAreQuoted() {
    assertThat(LogLine.event("e").field("a", "").field("b", "x y").field("c", "k=v"))
        .hasToString("event=e a=\"\" b=\"x y\" c=\"k=v\"");
  }

  @Test
  void valuesAreCutTo128Characters() {
    assertThat(LogLine.event("e").field("a", "x".repeat(128)).toString())
        .isEqualTo("event=e a=" + "x".repeat(128));
    assertThat(LogLine.event("e").field("a", "x".repeat(1_000_000)).toString())
        .isEqualTo("event=e a=\"" + "x".repeat(128) + "...\"");
  }
}
