package org.alknet.http.internal.channel;

/** What pipelines are told when the server, or a connection, is about to stop. */
public enum Farewell {
  /** Finish what is under way, take on no more. */
  DRAIN
}
