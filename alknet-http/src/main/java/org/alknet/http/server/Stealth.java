package org.alknet.http.server;

/** What strangers are told about the gateway (spec/http.md section 8.4). */
public enum Stealth {
  /** Reserved paths answer everybody, with 401 and 403 where a right is missing. */
  OFF,

  /**
   * Without a token that resolves, every path but the health check answers with the decoy, byte by
   * byte; with one, an operation the caller may not use answers like one that does not exist.
   */
  CONCEAL
}
