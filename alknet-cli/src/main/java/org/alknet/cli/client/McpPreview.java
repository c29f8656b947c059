package org.alknet.cli.client;

import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.alknet.call.adapter.AdapterException;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Interrupts;
import org.alknet.core.credential.Capabilities;
import org.alknet.http.client.ClientSetupException;
import org.alknet.http.client.HttpClientConfig;
import org.alknet.http.client.OutboundHttpClient;
import org.alknet.http.client.RetryPolicy;
import org.alknet.http.mcp.FromMcp;
import org.alknet.http.mcp.McpImport;
import org.alknet.http.mcp.McpServerConfig;

/** Asks an MCP server what an import would bring, with the code that imports. */
public final class McpPreview {
  private McpPreview() {}

  /**
   * Returns what would be imported and what would not.
   *
   * @param token shown to the server; empty for none. Stays the caller's
   * @param caBundle authorities trusted besides those of the system
   * @throws CliException if the server cannot be asked, or its answers make no sense
   */
  public static McpImport of(
      URI url, String namespace, byte[] token, Optional<Path> caBundle, Interrupts interrupts)
      throws Exception {
    HttpClientConfig defaults = HttpClientConfig.defaults().withRetries(RetryPolicy.none());
    ExecutorService threads = Executors.newCachedThreadPool();
    try (Capabilities credentials = credentials(namespace, token);
        FromMcp adapter =
            new FromMcp(
                config(url, namespace),
                OutboundHttpClient.create(
                    caBundle.map(defaults::withCaBundle).orElse(defaults), threads),
                credentials)) {
      return interrupts.await(adapter.importTools());
    } catch (AdapterException failed) {
      int exit =
          failed instanceof AdapterException.Unauthorized
              ? ExitCodes.FORBIDDEN
              : failed instanceof AdapterException.Transport
                  ? ExitCodes.CANNOT_CONNECT
                  : ExitCodes.INTERNAL;
      throw CliException.of(exit, "nothing can be imported: " + failed.getMessage())
          .withCause(failed);
    } catch (ClientSetupException unusable) {
      int exit =
          unusable.kind() == ClientSetupException.Kind.CA_BUNDLE_READ
              ? ExitCodes.MISSING
              : ExitCodes.CONFIGURATION;
      throw CliException.of(exit, String.valueOf(unusable.getMessage())).withCause(unusable);
    } finally {
      threads.shutdown();
    }
  }

  private static McpServerConfig config(URI url, String namespace) throws CliException {
    try {
      return McpServerConfig.of(url, namespace);
    } catch (IllegalArgumentException unfit) {
      throw CliException.of(ExitCodes.USAGE, String.valueOf(unfit.getMessage())).withCause(unfit);
    }
  }

  private static Capabilities credentials(String namespace, byte[] token) {
    if (token.length == 0) {
      return Capabilities.empty();
    }
    CharBuffer text = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(token));
    char[] characters = Arrays.copyOf(text.array(), text.limit());
    try {
      return Capabilities.empty().withHttpToken(namespace, characters);
    } finally {
      Arrays.fill(characters, '\0');
      Arrays.fill(text.array(), '\0');
    }
  }
}
