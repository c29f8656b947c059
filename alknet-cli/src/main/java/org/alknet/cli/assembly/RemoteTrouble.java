package org.alknet.cli.assembly;

import org.alknet.call.connection.ClientException;
import org.alknet.core.DialException;
import org.alknet.core.DialException.PeerVerification;
import org.alknet.core.observe.LogLine;
import org.jspecify.annotations.Nullable;

/** Says in the words of an operator why a remote that a node dials is not connected. */
final class RemoteTrouble {
  private RemoteTrouble() {}

  /** Whether what answers is not the remote, which time alone does not mend. */
  static boolean isDistrust(Throwable failure) {
    return verification(failure) != null;
  }

  /**
   * Describes a failed dial in one line, with what to do about it.
   *
   * @param remote its name, or its address if it has none
   */
  static String describe(String remote, RemoteTarget target, Throwable failure) {
    PeerVerification verification = verification(failure);
    if (verification != null) {
      return "cannot verify " + target.address() + ": " + distrust(remote, target, verification);
    }
    if (failure instanceof ClientException.TlsSetup) {
      return "cannot dial " + target.address() + ": " + reason(failure);
    }
    return "cannot connect to " + target.address() + ": " + reason(failure);
  }

  private static String distrust(String remote, RemoteTarget target, PeerVerification failure) {
    String presented = failure.presentedFingerprint().orElse("nothing usable");
    return switch (failure.reason()) {
      case PIN_MISMATCH ->
          "it presented "
              + presented
              + ", pinned is "
              + String.join(" or ", target.pins())
              + "; its key changed, or someone is in between; if the change is genuine, put the new"
              + " fingerprint where "
              + remote
              + " is defined and restart";
      case RAW_KEY_WITHOUT_PIN ->
          "it presented "
              + presented
              + ", and nothing says which key to expect; compare with the address line that serve"
              + " printed there, then write remote = \""
              + presented
              + "@"
              + target.address()
              + "\"; trusting it blindly would defeat the purpose";
      case UNTRUSTED_CERTIFICATE ->
          "no certificate authority vouches for it ("
              + presented
              + "); pin it if its operator confirms the fingerprint, or name its authority in"
              + " transport.ca_bundle";
      case HOST_NAME_MISMATCH ->
          "its certificate is for another name than "
              + target.address().verifiedName()
              + "; use the name in the certificate, or pin the fingerprint";
    };
  }

  private static @Nullable PeerVerification verification(Throwable failure) {
    return failure instanceof ClientException.PeerVerification
            && failure.getCause() instanceof PeerVerification found
        ? found
        : null;
  }

  /** What a remote says about itself is cut and escaped. */
  private static String reason(Throwable failure) {
    if (failure.getCause() instanceof DialException.Timeout) {
      return "nothing answered in time";
    }
    return LogLine.escape(String.valueOf(failure.getMessage()));
  }
}
