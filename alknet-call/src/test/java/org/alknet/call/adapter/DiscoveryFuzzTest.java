package org.alknet.call.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.alknet.call.operation.CallError;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.operation.Visibility;
import org.alknet.call.testing.Json;
import org.alknet.call.wire.Corpus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Answers to discovery: the committed corpus, and what seeds make of it. */
class DiscoveryFuzzTest {
  private static final Corpus CORPUS = new Corpus(DiscoveryFuzzTest.class);
  private static final FromCallConfig PREFIXED = FromCallConfig.all().withPrefix("peer");
  private static final int MUTANTS = 10_000;

  /** Any answer gives operations that are safe to have, or an adapter's failure. */
  private static boolean check(byte[] body) {
    JsonNode answer;
    try {
      answer = Json.parse(body);
    } catch (JacksonException noJson) {
      return false;
    }
    long size = JsonSize.atMost(Long.MAX_VALUE - 1000, answer);
    assertThat(size).isPositive();
    boolean list = checkList(answer);
    return checkSpec(answer) || list;
  }

  private static boolean checkList(JsonNode answer) {
    List<String> names;
    try {
      names = RemoteCatalogue.wanted(answer, PREFIXED);
    } catch (AdapterException refused) {
      return false;
    }
    assertThat(names).doesNotHaveDuplicates().hasSizeLessThanOrEqualTo(4096);
    for (String name : names) {
      assertThat(OperationSpec.isWellFormedName("peer/" + name)).as(name).isTrue();
      assertThat(name).isNotEqualTo("services").doesNotStartWith("services/");
    }
    return true;
  }

  private static boolean checkSpec(JsonNode answer) {
    String asked = answer.path("name").asString("");
    OperationSpec spec;
    try {
      spec = RemoteCatalogue.spec(answer, asked, PREFIXED);
    } catch (AdapterException refused) {
      return false;
    }
    assertThat(spec.visibility()).isEqualTo(Visibility.INTERNAL);
    assertThat(spec.name()).isEqualTo("peer/" + asked);
    assertThat(spec.errorSchemas())
        .noneMatch(definition -> CallError.isProtocolCode(definition.code()));
    JsonNode control = answer.path("access_control");
    if (!control.path("required_scopes").isEmpty()
        || control.path("required_scopes_any").isArray()) {
      assertThat(spec.accessControl().hasRestrictions()).isTrue();
    }
    return true;
  }

  @Test
  void theCorpusIsTakenOrRefused() {
    CORPUS
        .inputs()
        .forEach(
            (name, body) -> assertThat(check(body)).as(name).isEqualTo(name.startsWith("valid-")));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void mutantsAreTakenOrRefusedFromSeed(long seed) {
    Random random = new Random(seed);
    int taken = 0;
    for (int i = 0; i < MUTANTS; i++) {
      if (check(CORPUS.mutant(random))) {
        taken++;
      }
    }
    assertThat(taken).as("mutants that are still answers").isPositive();
  }
}
