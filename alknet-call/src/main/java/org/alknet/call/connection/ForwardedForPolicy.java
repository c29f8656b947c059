package org.alknet.call.connection;

/** Whether calls that are forwarded to a peer say for whom (spec/call.md section 15). */
public enum ForwardedForPolicy {
  /** They name the end user this node has authenticated; the default. */
  ORIGIN,
  /** They name nobody. */
  NONE
}
