package org.alknet.call.internal.link;

/** How reading from a link came to its end. */
public enum LinkEnd {
  /** The peer said all it has to say. */
  CLEAN,
  /** The peer abandoned the link, or it broke. */
  RESET,
  /** The peer broke the rules. */
  OFFENCE,
  /** The whole connection is gone. */
  CONNECTION
}
