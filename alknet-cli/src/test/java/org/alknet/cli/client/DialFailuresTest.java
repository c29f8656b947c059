package org.alknet.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.alknet.cli.context.CliException;
import org.alknet.core.DialException;
import org.alknet.core.DialException.PeerVerification;
import org.alknet.core.DialException.PeerVerification.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DialFailuresTest {
  private static final String PIN = "ed25519:" + "a".repeat(64);
  private static final String OTHER = "ed25519:" + "b".repeat(64);

  private static CliException translate(DialException failure) throws CliException {
    return DialFailures.translate(RemoteSpec.parse(PIN + "@host:4433"), failure);
  }

  @ParameterizedTest
  @EnumSource(Reason.class)
  void everyFailedVerificationIs11AndShowsWhatWasPresented(Reason reason) throws Exception {
    CliException failure = translate(new PeerVerification(reason, OTHER, "why", null));

    assertThat(failure.exit()).isEqualTo(11);
    assertThat(failure.message()).startsWith("cannot verify host:4433: ");
    assertThat(failure.advice()).isNotEmpty();
    if (reason != Reason.HOST_NAME_MISMATCH) {
      assertThat(failure.message()).contains(OTHER);
    }
  }

  @Test
  void whatCannotBeReachedIs10() throws Exception {
    assertThat(translate(new DialException.Timeout("slow")).exit()).isEqualTo(10);
    assertThat(translate(new DialException.UnknownHost("host", null)).exit()).isEqualTo(10);
    assertThat(translate(new DialException.NoCommonAlpn("no")).exit()).isEqualTo(10);
    assertThat(translate(new DialException.Refused("no", null)).message())
        .isEqualTo("cannot connect to host:4433: no");
  }

  @Test
  void ownSetupIs3() throws Exception {
    assertThat(translate(new DialException.LocalSetup("bad trust store", null)).exit())
        .isEqualTo(3);
  }
}
