package org.alknet.cli.client;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.alknet.cli.assembly.NodeConfig;
import org.alknet.cli.assembly.NodeException;
import org.alknet.cli.assembly.RemoteTarget;
import org.alknet.cli.assembly.SavedRemote;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import org.alknet.core.AlknetDialer;
import org.alknet.core.RemoteAddress;
import org.alknet.core.config.TransportConfig;

/**
 * An address as people paste it: {@code [FINGERPRINT@]HOST:PORT} (spec/cli.md section 8).
 *
 * <p>Immutable.
 *
 * @param address where to dial
 * @param pins the only keys that will do there; without any a certificate authority has to vouch
 * @param name under which it is saved, if it is
 * @param authorities PEM file with the certificate authorities that may vouch for it; empty for
 *     those of the JDK
 */
public record RemoteSpec(
    RemoteAddress address, List<String> pins, Optional<String> name, Optional<Path> authorities) {
  private static final String FORM = "An address is [FINGERPRINT@]HOST:PORT, as serve prints it.";

  /** Copies. */
  public RemoteSpec {
    Objects.requireNonNull(address, "address");
    pins = List.copyOf(pins);
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(authorities, "authorities");
  }

  /** Returns a remote that is not saved. */
  public static RemoteSpec of(RemoteAddress address, String... pins) {
    return new RemoteSpec(address, List.of(pins), Optional.empty(), Optional.empty());
  }

  /**
   * Returns a saved remote.
   *
   * @throws CliException if its address is none
   */
  public static RemoteSpec saved(String name, SavedRemote remote) throws CliException {
    RemoteTarget target = readable(remote.address(), () -> RemoteTarget.of(remote));
    return new RemoteSpec(
        target.address(),
        target.pins().stream().sorted().toList(),
        Optional.of(name),
        Optional.empty());
  }

  /**
   * Reads an address.
   *
   * @throws CliException if it is none
   */
  public static RemoteSpec parse(String text) throws CliException {
    RemoteTarget target = readable(text, () -> RemoteTarget.parse(text));
    return new RemoteSpec(
        target.address(), List.copyOf(target.pins()), Optional.empty(), Optional.empty());
  }

  /**
   * Returns the same remote, with the authorities of the configuration if one of them has to vouch
   * for it. A remote that is pinned needs none, and no look at the configuration.
   *
   * @throws NodeException if the configuration cannot be read
   */
  public RemoteSpec trusting(Invocation invocation) throws NodeException {
    Optional<Path> file = pins.isEmpty() ? invocation.configuration() : Optional.empty();
    if (file.isEmpty()) {
      return this;
    }
    NodeConfig config = NodeConfig.load(file.get(), invocation.dataDirectory());
    return new RemoteSpec(address, pins, name, config.core().transport().caBundle());
  }

  /** Returns a dialler for it, which the caller closes. */
  AlknetDialer dialer() {
    TransportConfig.Builder transport = TransportConfig.defaults().toBuilder();
    authorities.ifPresent(transport::caBundle);
    return AlknetDialer.builder().transport(transport.build()).build();
  }

  /** Whether the text can only be meant as an address and not as a name or a file. */
  public static boolean looksLikeAddress(String text) {
    return RemoteTarget.looksLikeAddress(text);
  }

  private static RemoteTarget readable(String text, Supplier<RemoteTarget> reader)
      throws CliException {
    try {
      return reader.get();
    } catch (IllegalArgumentException unusable) {
      throw CliException.of(ExitCodes.USAGE, "\"" + text + "\" " + unusable.getMessage(), FORM)
          .withCause(unusable);
    }
  }

  /** Returns the form {@link #parse} reads. */
  @Override
  public String toString() {
    return (pins.isEmpty() ? "" : pins.get(0) + "@") + address;
  }
}
