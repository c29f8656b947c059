package org.alknet.core.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class AuthAttemptsTest {
  @Test
  void limitIsReachedWithTheAttemptThatEqualsIt() {
    AuthAttempts attempts = new AuthAttempts();

    assertThat(attempts.recordRejected(3)).isFalse();
    assertThat(attempts.recordRejected(3)).isFalse();
    assertThat(attempts.recordRejected(3)).isTrue();
    assertThat(attempts.recordRejected(3)).isTrue();
    assertThat(attempts.rejected()).isEqualTo(4);
  }

  @Test
  void lowerLimitCountsFromTheNextAttemptOn() {
    AuthAttempts attempts = new AuthAttempts();

    assertThat(attempts.recordRejected(5)).isFalse();
    assertThat(attempts.recordRejected(1)).isTrue();
    assertThatIllegalArgumentException().isThrownBy(() -> attempts.recordRejected(0));
  }
}
