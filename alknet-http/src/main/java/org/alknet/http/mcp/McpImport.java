package org.alknet.http.mcp;

import java.util.List;
import java.util.Objects;
import org.alknet.call.registry.HandlerRegistration;

/**
 * What became of the tools of a server.
 *
 * <p>Immutable.
 *
 * @param registrations one for each tool that can be used, in the server's order
 * @param skipped the others
 */
public record McpImport(List<HandlerRegistration> registrations, List<Skipped> skipped) {
  /** Copies. */
  public McpImport {
    registrations = List.copyOf(registrations);
    skipped = List.copyOf(skipped);
  }

  /** Why a tool is left out. */
  public enum Reason {
    /** It is no object, or has no name. */
    MALFORMED,
    /** Its name cannot be made the name of an operation. */
    NAME,
    /** Its description is longer than 1 MiB. */
    TOO_LARGE,
    /** Its input schema or its output schema is missing, is none, or refers to other documents. */
    SCHEMA,
    /** It asks for header fields in a way that the protocol does not allow. */
    HEADER_ANNOTATION
  }

  /**
   * A tool that is left out.
   *
   * @param name as the server calls it, cut and escaped: fit for a terminal
   * @param reason why
   * @param detail the same for people, fit for a terminal
   */
  public record Skipped(String name, Reason reason, String detail) {
    /** Refuses null. */
    public Skipped {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(reason, "reason");
      Objects.requireNonNull(detail, "detail");
    }
  }
}
