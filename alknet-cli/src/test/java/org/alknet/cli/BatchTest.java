package org.alknet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.alknet.cli.InProcess.Result;
import org.alknet.cli.assembly.Node;
import org.alknet.cli.assembly.NodeBuilder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Many calls, an answer for each. */
class BatchTest {
  private static final JsonMapper JSON = JsonMapper.shared();

  @TempDir static Path home;

  private static Node node;

  @BeforeAll
  static void serve() throws Exception {
    node =
        NodeBuilder.create()
            .dataDirectory(home.resolve(".alknet"))
            .listen("127.0.0.1:0")
            .demoOperations(true)
            .start();
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  private static List<JsonNode> lines(Result result) {
    return result.out().lines().map(JSON::readTree).toList();
  }

  private static Result batch(String input, String... more) {
    List<String> line = new ArrayList<>(List.of("batch"));
    line.addAll(List.of(more));
    return new InProcess(home).input(input).run(line.toArray(String[]::new));
  }

  private static String thousand() {
    return IntStream.range(0, 1000)
        .mapToObj(
            i ->
                i % 20 == 7
                    ? "{\"id\":" + i + ",\"operation\":\"demo/fail\"}"
                    : "{\"id\":" + i + ",\"operation\":\"demo/echo\",\"input\":" + i + "}")
        .collect(Collectors.joining("\n"));
  }

  @Test
  void everyIdIsAnsweredOnceAndFailuresAreCounted() {
    Result result = batch(thousand(), "--concurrency", "64");
    List<JsonNode> answers = lines(result);

    assertThat(result.exit()).isEqualTo(28);
    assertThat(result.err()).contains("1000 answered, 50 failed");
    assertThat(answers).hasSize(1000);
    assertThat(answers.stream().map(a -> a.path("id").asInt()).distinct()).hasSize(1000);
    assertThat(answers)
        .allMatch(
            a ->
                a.path("id").asInt() % 20 == 7
                    ? a.path("error").path("code").asString().equals("DEMO_FAILED")
                    : a.path("output").asInt() == a.path("id").asInt());
  }

  @Test
  void orderedAnswersComeInTheOrderOfTheLines() {
    String slowFirst =
        """
        {"operation":"demo/sleep","input":{"ms":300},"id":"slow"}

        {"operation":"/demo/echo","id":"fast"}
        {"operation":"demo/echo"}\
        """;
    Result ordered = batch(slowFirst, "--ordered");
    Result completion = batch(slowFirst);

    assertThat(ordered.exit()).as(ordered.err()).isZero();
    assertThat(lines(ordered).stream().map(a -> a.path("id").asString()))
        .containsExactly("slow", "fast", "4");
    assertThat(lines(completion).stream().map(a -> a.path("id").asString()))
        .containsExactlyInAnyOrder("slow", "fast", "4")
        .last()
        .isEqualTo("slow");
  }

  @Test
  void lineThatIsNoRequestIsAnsweredWithWhatIsWrong() {
    Result result =
        batch(
            """
            {"operation":"demo/echo","id":"good"}
            nonsense
            {"operation":7}
            {"operation":"demo/echo","inputs":{}}
            [1]
            {"operation":"demo/echo","id":{}}
            """,
            "--ordered");
    List<JsonNode> answers = lines(result);

    assertThat(result.exit()).isEqualTo(28);
    assertThat(answers.get(0).path("output").isObject()).isTrue();
    assertThat(answers.stream().skip(1).map(a -> a.path("error").path("message").asString()))
        .satisfiesExactly(
            m -> assertThat(m).startsWith("line 2: not JSON"),
            m -> assertThat(m).isEqualTo("line 3: \"operation\" is the name of one"),
            m -> assertThat(m).isEqualTo("line 4: has no member \"inputs\""),
            m -> assertThat(m).startsWith("line 5: not an object"),
            m -> assertThat(m).isEqualTo("line 6: \"id\" is a text or a number"));
  }

  @Test
  void failFastCallsNothingAfterTheFirstFailure() {
    Result result = batch(thousand(), "--fail-fast", "--concurrency", "1");

    assertThat(result.exit()).isEqualTo(28);
    assertThat(lines(result)).hasSize(8);
  }

  @Test
  void mistakesHaveTheirCodes() {
    assertThat(batch("", "--concurrency", "0").exit()).isEqualTo(2);
    assertThat(batch("", "no-such-file").exit()).isEqualTo(6);
    assertThat(batch("").exit()).isZero();
  }
}
