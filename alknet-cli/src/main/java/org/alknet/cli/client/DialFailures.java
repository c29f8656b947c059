package org.alknet.cli.client;

import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;
import org.alknet.core.DialException;
import org.alknet.core.DialException.PeerVerification;

/** Says in the words of an operator why a remote could not be reached. */
final class DialFailures {
  private DialFailures() {}

  static CliException translate(RemoteSpec remote, DialException failure) {
    if (failure instanceof PeerVerification verification) {
      return notTrusted(remote, verification).withCause(failure);
    }
    if (failure instanceof DialException.LocalSetup) {
      return CliException.of(ExitCodes.CONFIGURATION, String.valueOf(failure.getMessage()))
          .withCause(failure);
    }
    return notReached(remote, failure).withCause(failure);
  }

  private static CliException notReached(RemoteSpec remote, DialException failure) {
    String where = "cannot connect to " + remote.address();
    if (failure instanceof DialException.UnknownHost) {
      return CliException.of(
          ExitCodes.CANNOT_CONNECT,
          where + ": unknown host " + remote.address().host(),
          "Check the name, or give an IP address.");
    }
    if (failure instanceof DialException.Timeout) {
      return CliException.of(
          ExitCodes.CANNOT_CONNECT,
          where + ": nothing answered in time",
          "Is the node running, and does it listen on this address?",
          "A firewall that drops UDP looks the same.");
    }
    if (failure instanceof DialException.NoCommonAlpn) {
      return CliException.of(
          ExitCodes.CANNOT_CONNECT,
          where + ": the remote does not speak alknet/call",
          "Something else may be listening on this port.");
    }
    String message = String.valueOf(failure.getMessage());
    return CliException.of(
        ExitCodes.CANNOT_CONNECT,
        message.startsWith(where) ? message : where + ": " + message,
        "Is the node running, and does it listen on this address?");
  }

  private static String genuine(RemoteSpec remote, String presented) {
    return remote
        .name()
        .map(
            name ->
                "alknet remote add "
                    + name
                    + " "
                    + remote.address()
                    + " --fingerprint "
                    + presented
                    + " --replace")
        .orElse("-r " + presented + "@" + remote.address());
  }

  private static CliException notTrusted(RemoteSpec remote, PeerVerification failure) {
    String presented = failure.presentedFingerprint().orElse("nothing usable");
    String what = "cannot verify " + remote.address() + ": ";
    return switch (failure.reason()) {
      case PIN_MISMATCH ->
          CliException.of(
              ExitCodes.NOT_TRUSTED,
              what
                  + "it presented "
                  + presented
                  + ", pinned is "
                  + String.join(" or ", remote.pins()),
              "The remote's key changed, or someone is in between. Ask its operator. If the change",
              "is genuine:  " + genuine(remote, presented));
      case RAW_KEY_WITHOUT_PIN ->
          CliException.of(
              ExitCodes.NOT_TRUSTED,
              what + "it presented " + presented + ", and nothing says which key to expect",
              "Ask its operator for the address line that serve printed, and compare. Taking over",
              "the fingerprint shown here without asking would defeat the purpose:",
              "-r " + presented + "@" + remote.address());
      case UNTRUSTED_CERTIFICATE ->
          CliException.of(
              ExitCodes.NOT_TRUSTED,
              what + "no certificate authority vouches for it (" + presented + ")",
              "Pin it, if its operator confirms the fingerprint: -r FINGERPRINT@HOST:PORT",
              "or trust the authority of your own network: transport.ca_bundle of the"
                  + " configuration.");
      case HOST_NAME_MISMATCH ->
          CliException.of(
              ExitCodes.NOT_TRUSTED,
              what + "its certificate is for another name than " + remote.address().verifiedName(),
              "Use the name in the certificate as the host, or as --server-name of  alknet remote"
                  + " add.",
              "If it is reached under this name on purpose, pin its key: -r"
                  + " FINGERPRINT@HOST:PORT");
    };
  }
}
