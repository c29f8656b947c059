package org.alknet.call.wire;

import static org.alknet.call.testing.Json.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.alknet.call.operation.CallError;
import org.junit.jupiter.api.Test;

class EventEnvelopeTest {
  private static String text(EventEnvelope envelope) throws FrameException {
    return StandardCharsets.UTF_8.decode(EnvelopeCodec.encode(envelope).position(4)).toString();
  }

  @Test
  void keysComeAsTypeIdAndPayload() throws Exception {
    assertThat(text(EventEnvelope.completed("c1")))
        .isEqualTo("{\"type\":\"call.completed\",\"id\":\"c1\",\"payload\":{}}");
  }

  @Test
  void valuesAreWrappedUnderOutputAndEndsAreEmpty() {
    assertThat(EventEnvelope.responded("i", json("{'a':1}")).payload())
        .isEqualTo(json("{'output':{'a':1}}"));
    assertThat(EventEnvelope.responded("i", json("7")).payload()).isEqualTo(json("{'output':7}"));
    assertThat(EventEnvelope.responded("i", json("null")).payload())
        .isEqualTo(json("{'output':null}"));
    assertThat(EventEnvelope.completed("i").payload()).isEqualTo(json("{}"));
    assertThat(EventEnvelope.aborted("i").payload()).isEqualTo(json("{}"));
  }

  @Test
  void anErrorHasItsFourFieldsAndNoEmptyDetails() throws Exception {
    assertThat(text(EventEnvelope.error("i", CallError.of("A", "m", true, json("[1]")))))
        .isEqualTo(
            "{\"type\":\"call.error\",\"id\":\"i\",\"payload\":"
                + "{\"code\":\"A\",\"message\":\"m\",\"retryable\":true,\"details\":[1]}}");
    assertThat(text(EventEnvelope.error("i", CallError.of("A", "m", false))))
        .isEqualTo(
            "{\"type\":\"call.error\",\"id\":\"i\",\"payload\":"
                + "{\"code\":\"A\",\"message\":\"m\",\"retryable\":false}}");
  }

  @Test
  void thePayloadIsNeverPrinted() {
    EventEnvelope request =
        new EventEnvelope(EventTypes.REQUESTED, "i", json("{'auth_token':'alk_secret'}"));

    assertThat(request.toString()).doesNotContain("alk_secret");
  }
}
