package org.alknet.cli.assembly;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** What local commands tell a node through the store (spec/cli.md section 6.3). */
final class ControlMessage {
  /** Asks a node to read its configuration again. */
  static final String RELOAD = "{\"op\":\"reload\"}";

  private ControlMessage() {}

  /** Whether this asks for a reload; anything else is ignored. */
  static boolean isReload(String payload) {
    try {
      return JsonMapper.shared().readTree(payload).path("op").asString("").equals("reload");
    } catch (JacksonException senseless) {
      return false;
    }
  }
}
