package org.alknet.cli.context;

/** How a log line is written. */
public enum LogFormat {
  /** For people and line-based tools. */
  text,
  /** One JSON object a line. */
  json
}
