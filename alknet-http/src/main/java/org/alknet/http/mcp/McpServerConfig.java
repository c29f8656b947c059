package org.alknet.http.mcp;

import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import org.alknet.call.operation.OperationSpec;

/**
 * A server whose tools are imported. Credentials are no part of it.
 *
 * <p>Immutable.
 *
 * @param endpoint its one address, https, or http for a server that needs no credential or is on
 *     this machine
 * @param namespace first part of the names of its operations, and the key of its credential
 * @param timeLimit bound of an import and of a call, 1 ms to 1 h
 * @param maxTools most tools it may have, 1 to 65536
 */
public record McpServerConfig(URI endpoint, String namespace, Duration timeLimit, int maxTools) {
  private static final Duration LONGEST = Duration.ofHours(1);

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if something is out of range; says what
   */
  public McpServerConfig {
    Objects.requireNonNull(endpoint, "endpoint");
    if (!("https".equals(endpoint.getScheme()) || "http".equals(endpoint.getScheme()))
        || endpoint.getHost() == null
        || endpoint.getRawUserInfo() != null
        || endpoint.getRawFragment() != null) {
      throw new IllegalArgumentException(
          "an MCP server is an http or https address without user and fragment");
    }
    if (namespace.contains("/")
        || !OperationSpec.isWellFormedName(namespace)
        || namespace.equals("services")) {
      throw new IllegalArgumentException(
          "a namespace is the first part of an operation's name, and not services");
    }
    if (timeLimit.toMillis() < 1 || timeLimit.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("timeLimit is from 1 ms to 1 h, not " + timeLimit);
    }
    if (maxTools < 1 || maxTools > 65_536) {
      throw new IllegalArgumentException("maxTools is from 1 to 65536, not " + maxTools);
    }
  }

  /** Returns a server with 30 s for an import or a call and at most 4096 tools. */
  public static McpServerConfig of(URI endpoint, String namespace) {
    return new McpServerConfig(endpoint, namespace, Duration.ofSeconds(30), 4096);
  }

  /** Returns the same with another time limit. */
  public McpServerConfig withTimeLimit(Duration other) {
    return new McpServerConfig(endpoint, namespace, other, maxTools);
  }

  /** Returns the same with another bound for the number of tools. */
  public McpServerConfig withMaxTools(int other) {
    return new McpServerConfig(endpoint, namespace, timeLimit, other);
  }

  /** Whether what is sent there cannot be read on the way. */
  boolean isPrivate() {
    if ("https".equals(endpoint.getScheme())) {
      return true;
    }
    String host = endpoint.getHost();
    if (host.equals("localhost")) {
      return true;
    }
    // Numbers only: a name would be looked up, and may lead elsewhere the next time.
    boolean numeric = host.startsWith("[") || host.matches("[0-9]+(\\.[0-9]+){3}");
    try {
      return numeric && InetAddress.getByName(host).isLoopbackAddress();
    } catch (java.net.UnknownHostException none) {
      return false;
    }
  }
}
