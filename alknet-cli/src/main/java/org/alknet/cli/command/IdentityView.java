package org.alknet.cli.command;

import java.nio.file.Path;
import org.alknet.cli.output.JsonWriter;
import tools.jackson.databind.node.ObjectNode;

/** The keys of a data directory as scripts see them, public parts only. Not thread-safe. */
final class IdentityView {
  private final ObjectNode data = JsonWriter.object();

  void add(String name, String fingerprint, String publicKey, Path file) {
    data.putObject(name)
        .put("fingerprint", fingerprint)
        .put("public_key", publicKey)
        .put("file", file.toString());
  }

  boolean isEmpty() {
    return data.isEmpty();
  }

  String json() {
    return JsonWriter.compact(JsonWriter.document("identity", data));
  }
}
