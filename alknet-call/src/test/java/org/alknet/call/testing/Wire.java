package org.alknet.call.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.alknet.testkit.Frames;
import org.alknet.testkit.ScriptedStream;
import tools.jackson.databind.JsonNode;

/** Frames in the hands of a scripted peer. */
public final class Wire {
  private static final int MAX = 1 << 20;

  private Wire() {}

  /** Returns the frame of a text in which apostrophes stand for quotation marks. */
  public static byte[] frame(String text) {
    return Frames.frame(text.replace('\'', '"'));
  }

  /** Returns a request with an input. */
  public static byte[] request(String id, String operation, String input) {
    return frame(
        "{'type':'call.requested','id':'"
            + id
            + "','payload':{'operationId':'"
            + operation
            + "','input':"
            + input
            + "}}");
  }

  /** Returns an abort. */
  public static byte[] abort(String id) {
    return frame("{'type':'call.aborted','id':'" + id + "','payload':{}}");
  }

  /** Reads the next frame. */
  public static JsonNode next(ScriptedStream stream) {
    return Json.parse(stream.readFrame(MAX));
  }

  /** Reads the next frame as text. */
  public static String nextText(ScriptedStream stream) {
    return new String(stream.readFrame(MAX), StandardCharsets.UTF_8);
  }

  /** Reads an error and returns its payload. */
  public static JsonNode nextError(ScriptedStream stream, String id) {
    JsonNode frame = next(stream);
    assertThat(frame.path("type").asString()).as("type of %s", frame).isEqualTo("call.error");
    assertThat(frame.path("id").asString()).isEqualTo(id);
    return frame.path("payload");
  }
}
