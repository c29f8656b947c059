package org.alknet.http.mcp;

import java.util.List;

/** The revisions of the protocol that are spoken, and the names they agree on. */
final class Revisions {
  /** The revision without sessions. */
  static final String MODERN = "2026-07-28";

  /** The newest revision with an {@code initialize}. */
  static final String LATEST_LEGACY = "2025-11-25";

  /** What a client means that names none: the field was introduced after this one. */
  static final String UNNAMED = "2025-03-26";

  /** The revisions with an {@code initialize}, newest first. */
  static final List<String> LEGACY = List.of(LATEST_LEGACY, "2025-06-18", UNNAMED);

  /** All of them, newest first. */
  static final List<String> ALL = List.of(MODERN, LATEST_LEGACY, "2025-06-18", UNNAMED);

  static final String VERSION_FIELD = "MCP-Protocol-Version";
  static final String METHOD_FIELD = "Mcp-Method";
  static final String NAME_FIELD = "Mcp-Name";
  static final String SESSION_FIELD = "Mcp-Session-Id";

  private static final String PREFIX = "io.modelcontextprotocol/";
  static final String META_VERSION = PREFIX + "protocolVersion";
  static final String META_CAPABILITIES = PREFIX + "clientCapabilities";
  static final String META_CLIENT = PREFIX + "clientInfo";
  static final String META_SERVER = PREFIX + "serverInfo";

  private Revisions() {}

  /** The two ways in which a request says which revision it speaks. */
  enum Era {
    /** With every request. */
    MODERN,
    /** Once, in an {@code initialize}. */
    LEGACY
  }
}
