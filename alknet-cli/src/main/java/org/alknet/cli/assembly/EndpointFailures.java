package org.alknet.cli.assembly;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.stream.Collectors;
import org.alknet.core.EndpointException;

/** Says in the words of an operator why an endpoint did not start. */
final class EndpointFailures {
  private EndpointFailures() {}

  /**
   * Translates a failure.
   *
   * @param protocol {@code udp} or {@code tcp}
   */
  static NodeException translate(
      List<InetSocketAddress> addresses, String protocol, Throwable failure) {
    if (failure instanceof EndpointException.BindFailed bind) {
      String where = addresses.stream().map(HostPorts::format).collect(Collectors.joining(", "));
      return new NodeException(
          NodeException.Kind.CANNOT_START,
          "cannot listen on " + where + "/" + protocol + ": " + reason(bind),
          bind,
          List.of(
              "Stop the program that uses it, or listen elsewhere:",
              "alknet serve " + (protocol.equals("udp") ? "--listen" : "--http") + " 127.0.0.1:0"));
    }
    return new NodeException(
        NodeException.Kind.CONFIGURATION,
        "the node cannot start: " + failure.getMessage(),
        failure,
        List.of());
  }

  private static String reason(EndpointException.BindFailed bind) {
    String message = bind.getCause() == null ? null : bind.getCause().getMessage();
    return message == null ? "the system refused" : message;
  }
}
