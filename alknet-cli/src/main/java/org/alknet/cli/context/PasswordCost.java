package org.alknet.cli.context;

/** How much work a password costs that is set here. */
public enum PasswordCost {
  /** As much as is recommended, which takes about a second each time. */
  RECOMMENDED,
  /** As little as there may be, for tests of other things. */
  LEAST
}
