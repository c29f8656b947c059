package org.alknet.core.config;

/** A setting out of its range: misuse by code, a reported problem when it came from a file. */
final class InvalidSettingException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final String setting;

  InvalidSettingException(String setting, String rule) {
    super(setting + " " + rule);
    this.setting = setting;
  }

  String setting() {
    return setting;
  }
}
