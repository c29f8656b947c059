package org.alknet.cli.client;

import java.time.Duration;
import java.util.Optional;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Interrupts;
import org.alknet.core.AlknetDialer;
import org.alknet.core.DialException;
import org.alknet.core.connection.Alpns;
import org.alknet.core.connection.CloseCode;
import org.alknet.core.connection.Connection;
import org.alknet.core.tls.ConnectionCredentials;

/**
 * Asks a remote for its key without trusting it. The dial is verified like any other, so a raw key
 * ends it; what was presented is in the refusal, and no connection ever exists.
 */
public final class PresentedKey {
  private PresentedKey() {}

  /**
   * Returns the fingerprint a remote presents, which proves nothing.
   *
   * @throws CliException if nothing answers
   */
  public static String of(RemoteSpec remote, Interrupts interrupts, Duration limit)
      throws Exception {
    try (AlknetDialer dialer = AlknetDialer.create()) {
      Connection connection =
          interrupts.await(
              dialer.dial(remote.address(), Alpns.CALL, ConnectionCredentials.none(), limit));
      Optional<String> fingerprint = connection.remoteFingerprint();
      connection.close(CloseCode.NO_ERROR, "");
      return presented(remote, fingerprint);
    } catch (DialException.PeerVerification refused) {
      return presented(remote, refused.presentedFingerprint());
    } catch (DialException failed) {
      throw DialFailures.translate(remote, failed);
    }
  }

  private static String presented(RemoteSpec remote, Optional<String> fingerprint)
      throws CliException {
    return fingerprint.orElseThrow(
        () ->
            CliException.of(
                ExitCodes.NOT_TRUSTED, remote.address() + " presented no key this tool knows"));
  }
}
