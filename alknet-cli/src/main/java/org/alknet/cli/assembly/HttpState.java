package org.alknet.cli.assembly;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * What a running node says about its HTTP face.
 *
 * <p>Immutable.
 *
 * @param addresses what it listens on, as {@code host:port}, over TCP
 * @param certificateFile the certificate it shows
 * @param certificate the fingerprint of that, as it is in force
 * @param selfSigned whether the node made it, and users have to be handed it
 * @param certificateEndsAt until when it is good
 * @param connections how many it serves
 */
public record HttpState(
    List<String> addresses,
    Path certificateFile,
    String certificate,
    boolean selfSigned,
    Instant certificateEndsAt,
    int connections) {
  /** Copies. */
  public HttpState {
    addresses = List.copyOf(addresses);
    Objects.requireNonNull(certificateFile, "certificateFile");
    Objects.requireNonNull(certificate, "certificate");
    Objects.requireNonNull(certificateEndsAt, "certificateEndsAt");
  }

  /** Returns what to type into a browser on this machine. */
  public String url() {
    String address = addresses.get(0);
    boolean any = address.startsWith("0.0.0.0:") || address.startsWith("[0:0:0:0:0:0:0:0]:");
    return "https://" + (any ? "localhost" + address.substring(address.lastIndexOf(':')) : address);
  }
}
