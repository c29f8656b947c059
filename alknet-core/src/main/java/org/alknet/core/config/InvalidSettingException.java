package org.alknet.core.config;

/** A setting out of its range: misuse by code, a reported problem when it came from a file. */
final class InvalidSettingException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final String setting;
  private final String rule;

  InvalidSettingException(String setting, String rule) {
    super(setting + " " + rule);
    this.setting = setting;
    this.rule = rule;
  }

  String setting() {
    return setting;
  }

  String rule() {
    return rule;
  }
}
