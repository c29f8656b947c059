package org.alknet.call.registry;

/** Where an operation comes from, and hence what it may do (spec/call.md section 8.2). */
public enum OperationProvenance {
  /** Trusted code of this node; composes under the authority the assembly layer grants. */
  LOCAL(true),
  /** Forwards to an HTTP service described by OpenAPI. */
  FROM_OPENAPI(false),
  /** Forwards to an MCP server. */
  FROM_MCP(false),
  /** Forwards to a peer over its connection. */
  FROM_CALL(false),
  /** Only described; cannot be invoked. */
  FROM_JSON_SCHEMA(false),
  /** Created in a session's sandbox; composes within it. */
  SESSION(true);

  private final boolean mayCompose;

  OperationProvenance(boolean mayCompose) {
    this.mayCompose = mayCompose;
  }

  /** Whether such an operation may hold authority and reach others. */
  public boolean mayCompose() {
    return mayCompose;
  }
}
