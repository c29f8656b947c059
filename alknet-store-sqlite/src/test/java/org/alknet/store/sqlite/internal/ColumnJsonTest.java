package org.alknet.store.sqlite.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.Map;
import org.alknet.core.credential.StoreException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ColumnJsonTest {
  private static final List<String> AWKWARD =
      List.of("", "a b", "\"quoted\"", "back\\slash", "tab\t", "zero\u0000", "é", "\uD83D\uDD11");

  @Test
  void whatIsWrittenIsRead() throws Exception {
    assertThat(ColumnJson.strings("scopes", ColumnJson.write(AWKWARD))).isEqualTo(AWKWARD);
    Map<String, List<String>> lists = Map.of("b", AWKWARD, "a", List.of(), "\u0001", List.of("x"));
    assertThat(ColumnJson.stringLists("resources", ColumnJson.write(lists))).isEqualTo(lists);
  }

  @Test
  void textIsCompactAndItsMembersSorted() {
    assertThat(ColumnJson.write(List.of("b", "a"))).isEqualTo("[\"b\",\"a\"]");
    assertThat(ColumnJson.write(Map.of("b", List.of("2"), "a", List.of())))
        .isEqualTo("{\"a\":[],\"b\":[\"2\"]}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "[",
        "[\"a\"",
        "[\"a\",]",
        "[\"a\"]]",
        "[\"a\"] x",
        "[] []",
        "['a']",
        "[1]",
        "[null]",
        "[[\"a\"]]",
        "{}",
        "\"a\"",
        "null",
        "[\"\u0001\"]",
        "[\"\\x\"]"
      })
  void anArrayOfStringsIsNothingElse(String text) {
    assertThatExceptionOfType(StoreException.Serialization.class)
        .isThrownBy(() -> ColumnJson.strings("scopes", text))
        .withMessageStartingWith("serialization error: scopes: not ")
        .withNoCause();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "null",
        "{",
        "{\"a\":[]",
        "{\"a\":[],\"a\":[]}",
        "{\"a\":\"b\"}",
        "{\"a\":[1]}",
        "{\"a\":{}}",
        "{\"a\":null}",
        "{\"a\":[]} {}",
        "{a:[]}",
        "{\"a\":[],}"
      })
  void anObjectOfListsIsNothingElse(String text) {
    assertThatExceptionOfType(StoreException.Serialization.class)
        .isThrownBy(() -> ColumnJson.stringLists("resources", text))
        .withMessageStartingWith("serialization error: resources: not ")
        .withNoCause();
  }

  @Test
  void anObjectIsKnownWhateverIsInIt() throws Exception {
    assertThat(ColumnJson.isObject("payload", "{\"a\":{\"b\":[1,{\"c\":null}]}}")).isTrue();
    assertThat(ColumnJson.isObject("payload", "[{}]")).isFalse();
    assertThat(ColumnJson.isObject("payload", "7")).isFalse();
    for (String broken : List.of("{", "{} {}", "{\"a\":1,\"a\":2}", "{\"a\"}", "[}")) {
      assertThatExceptionOfType(StoreException.Serialization.class)
          .isThrownBy(() -> ColumnJson.isObject("payload", broken))
          .withMessage("serialization error: payload: not JSON");
    }
  }
}
