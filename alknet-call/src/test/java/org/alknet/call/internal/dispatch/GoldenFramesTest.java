package org.alknet.call.internal.dispatch;

import static org.alknet.call.testing.Json.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.alknet.call.operation.AccessControl;
import org.alknet.call.operation.CallError;
import org.alknet.call.operation.ErrorDefinition;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.registry.OperationRegistry;
import org.alknet.call.testing.Handlers;
import org.alknet.call.testing.Json;
import org.alknet.call.testing.StubContext;
import org.alknet.call.testing.Ticks;
import org.alknet.call.wire.EnvelopeCodec;
import org.alknet.call.wire.EventEnvelope;
import org.alknet.call.wire.EventTypes;
import org.alknet.call.wire.Payload;
import org.alknet.core.identity.Identity;
import org.alknet.testkit.Await;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** The frames of {@code docs/golden-frames}, which clients in other languages test against too. */
class GoldenFramesTest {
  private static final Path FILES =
      Path.of(System.getProperty("alknet.root"), "docs", "golden-frames");

  /** Read by us and never written. */
  private static final String BARE = "requested-bare";

  private static final Identity ALICE =
      new Identity("alice", List.of("fs:read", "fs:write"), Map.of("service", List.of("read")));

  private static final OperationRegistry REGISTRY =
      OperationRegistry.builder()
          .withServiceDiscovery()
          .withLocal(
              OperationSpec.query("fs/readFile")
                  .accessControl(AccessControl.scopes("fs:read"))
                  .inputSchema(json("{'type':'object'}"))
                  .errors(
                      new ErrorDefinition(
                          "FILE_NOT_FOUND",
                          "no such file",
                          json("{'type':'object'}"),
                          OptionalInt.of(404)),
                      ErrorDefinition.of("BUSY", "", json("{}")))
                  .build(),
              Handlers.echo())
          .withLocalStreaming(
              OperationSpec.subscription("demo/ticker").build(), Ticks.to(1).handler())
          .build();

  /** What this implementation writes, by the name of the file. */
  private static final Map<String, EventEnvelope> WRITTEN =
      Map.ofEntries(
          Map.entry("requested-all-fields", request("a1", requestWithAllFields())),
          Map.entry("requested-minimal", request("a2", minimalRequest())),
          Map.entry(
              "responded-object",
              EventEnvelope.responded("a3", json("{'sum':3,'text':'€ 😀 \\' \\n'}"))),
          Map.entry("responded-number", EventEnvelope.responded("a4", json("42"))),
          Map.entry("responded-null", EventEnvelope.responded("a5", json("null"))),
          Map.entry("completed", EventEnvelope.completed("s1")),
          Map.entry("aborted", EventEnvelope.aborted("s1")),
          Map.entry(
              "error-without-details", EventEnvelope.error("a6", CallError.notFound("demo/none"))),
          Map.entry(
              "error-with-details",
              EventEnvelope.error(
                  "a7",
                  CallError.of(
                      "FILE_NOT_FOUND", "no such file", false, json("{'path':'/tmp/x'}")))),
          Map.entry(
              "error-with-reason",
              EventEnvelope.error("a8", CallError.overloaded("too many requests"))),
          Map.entry("discovery-list", discovery("d1", "services/list", "{}")),
          Map.entry(
              "discovery-schema", discovery("d2", "services/schema", "{'name':'fs/readFile'}")));

  private static EventEnvelope request(String id, JsonNode payload) {
    return new EventEnvelope(EventTypes.REQUESTED, id, payload);
  }

  private static JsonNode requestWithAllFields() {
    return RequestPayload.write(
        "fs/readFile",
        json(
            "{'path':'/tmp/grüße.txt','offset':12345678901234567890,'ratio':1.50,"
                + "'flags':[true,null]}"),
        Optional.of("alk_example"),
        Optional.of(ALICE),
        Optional.of(Duration.ofMillis(2500)),
        0);
  }

  private static JsonNode minimalRequest() {
    return RequestPayload.write(
        "demo/now", json("null"), Optional.empty(), Optional.empty(), Optional.empty(), 0);
  }

  private static EventEnvelope discovery(String id, String operation, String input) {
    StubContext caller = StubContext.wire(id).as(Identity.of("i", "fs:read"));
    return EventEnvelope.responded(
        id, Await.result(REGISTRY.invoke(operation, json(input), caller)).output().orElseThrow());
  }

  private static Stream<String> written() {
    return WRITTEN.keySet().stream().sorted();
  }

  private static EventEnvelope expected(String name) {
    return Objects.requireNonNull(WRITTEN.get(name));
  }

  private static List<String> lines(String name) throws IOException {
    return Files.readAllLines(FILES.resolve(name + ".hex"), StandardCharsets.UTF_8);
  }

  private static byte[] golden(String name) throws IOException {
    String digits =
        lines(name).stream()
            .filter(line -> !line.startsWith("#"))
            .collect(Collectors.joining())
            .replace(" ", "");
    return HexFormat.of().parseHex(digits);
  }

  private static EventEnvelope decode(byte[] frame) throws Exception {
    return EnvelopeCodec.decode(frame, 4, frame.length - 4);
  }

  private static RequestPayload requestIn(String name) throws Exception {
    return Objects.requireNonNull(
        RequestPayload.parse(Payload.of(decode(golden(name)).payload())).request());
  }

  @ParameterizedTest
  @MethodSource("written")
  void whatWeWriteIsTheFileByteByByte(String name) throws Exception {
    ByteBuffer frame = EnvelopeCodec.encode(expected(name));
    byte[] bytes = new byte[frame.remaining()];
    frame.get(bytes);

    assertThat(HexFormat.ofDelimiter(" ").formatHex(bytes))
        .isEqualTo(HexFormat.ofDelimiter(" ").formatHex(golden(name)));
  }

  @ParameterizedTest
  @MethodSource("written")
  void theFileReadsBackAsWhatWeWrote(String name) throws Exception {
    EventEnvelope read = decode(golden(name));

    assertThat(read.type()).isEqualTo(expected(name).type());
    assertThat(read.id()).isEqualTo(expected(name).id());
    assertThat(read.payload())
        .isEqualTo(
            Json.parse(expected(name).payload().toString().getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void everyFileIsCheckedAndSaysInItsSecondCommentWhatItsBytesAre() throws Exception {
    List<String> names;
    try (Stream<Path> files = Files.list(FILES)) {
      names = files.map(file -> file.getFileName().toString().replace(".hex", "")).toList();
    }

    assertThat(names)
        .containsExactlyInAnyOrderElementsOf(Stream.concat(written(), Stream.of(BARE)).toList());
    for (String name : names) {
      byte[] frame = golden(name);
      assertThat(ByteBuffer.wrap(frame).getInt()).as(name).isEqualTo(frame.length - 4);
      assertThat("# " + new String(frame, 4, frame.length - 4, StandardCharsets.UTF_8))
          .isEqualTo(lines(name).get(1));
    }
  }

  @Test
  void theFieldsOfARequestAreRead() throws Exception {
    RequestPayload request = requestIn("requested-all-fields");

    assertThat(request.operation()).isEqualTo("fs/readFile");
    assertThat(request.input()).isEqualTo(requestWithAllFields().path("input"));
    assertThat(request.authToken()).contains("alk_example");
    assertThat(request.forwardedFor()).contains(ALICE);
    assertThat(request.timeout()).contains(Duration.ofMillis(2500));
  }

  @Test
  void aRequestWithoutSlashAndInputSaysTheSameAsTheLeastWeSend() throws Exception {
    RequestPayload bare = requestIn(BARE);
    RequestPayload least = requestIn("requested-minimal");

    assertThat(decode(golden(BARE)).id()).isEqualTo(expected("requested-minimal").id());
    assertThat(bare.operation()).isEqualTo(least.operation()).isEqualTo("demo/now");
    assertThat(bare.input()).isEqualTo(least.input()).isEqualTo(json("null"));
    assertThat(bare.authToken()).isEmpty();
    assertThat(bare.forwardedFor()).isEmpty();
    assertThat(bare.timeout()).isEmpty();
  }
}
