package org.alknet.call.registry;

import static org.alknet.call.testing.Json.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.alknet.call.operation.CallError;
import org.alknet.call.operation.OperationHandler;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.testing.Handlers;
import org.alknet.call.testing.StubContext;
import org.alknet.testkit.Await;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Leaves that are replaced while a registry serves. */
class LeafNamespaceTest {
  private final LeafNamespace far = new LeafNamespace("far");

  private static HandlerRegistration leaf(String name, String inputSchema) {
    return leaf(name, inputSchema, OperationProvenance.FROM_MCP);
  }

  private static HandlerRegistration leaf(
      String name, String inputSchema, OperationProvenance provenance) {
    return HandlerRegistration.of(
        OperationSpec.mutation(name).inputSchema(json(inputSchema)).build(),
        new OperationHandler.Once(Handlers.echo()),
        provenance);
  }

  private OperationRegistry registry() {
    return OperationRegistry.builder()
        .withLocal(OperationSpec.query("own/op").build(), Handlers.echo())
        .withLocal(OperationSpec.query("far/own").build(), Handlers.echo())
        .withServiceDiscovery()
        .withLeaves(far)
        .build();
  }

  private static ResponseEnvelope call(OperationRegistry registry, String name, String input) {
    return Await.result(registry.invoke(name, json(input), StubContext.wire("r")));
  }

  private static String listed(OperationRegistry registry) {
    return call(registry, ServiceDiscovery.LIST, "{}").output().orElseThrow().toString();
  }

  @Test
  void newOnesAppearOldOnesDisappearAndChangedOnesAreCheckedByTheirNewSchema() {
    far.replace(List.of(leaf("far/old", "{}"), leaf("far/both", "{'type':'string'}")));
    OperationRegistry registry = registry();
    assertThat(call(registry, "far/old", "1").isOk()).isTrue();
    assertThat(call(registry, "far/both", "1").error().orElseThrow().code())
        .isEqualTo(CallError.INVALID_INPUT);

    far.replace(List.of(leaf("far/new", "{}"), leaf("far/both", "{'type':'integer'}")));

    assertThat(call(registry, "far/old", "1").error()).contains(CallError.notFound("far/old"));
    assertThat(call(registry, "far/new", "1").isOk()).isTrue();
    assertThat(call(registry, "far/both", "1").isOk()).isTrue();
    assertThat(call(registry, "far/both", "'a'").error().orElseThrow().code())
        .isEqualTo(CallError.INVALID_INPUT);
    assertThat(listed(registry))
        .contains("far/new", "far/both", "far/own", "own/op")
        .doesNotContain("far/old");
    assertThat(registry.find("far/old")).isEmpty();
    assertThat(registry.size()).isEqualTo(6);
  }

  @Test
  void whatDoesNotFitChangesNothing() {
    far.replace(List.of(leaf("far/op", "{}")));
    OperationRegistry registry = registry();
    for (HandlerRegistration unfit :
        List.of(
            leaf("near/op", "{}"),
            leaf("far/own", "{}"),
            leaf("far/new", "{'type':'nothing'}"),
            leaf("far/new", "{}", OperationProvenance.LOCAL))) {
      assertThatThrownBy(() -> far.replace(List.of(leaf("far/first", "{}"), unfit)))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> far.replace(List.of(leaf("far/x", "{}"), leaf("far/x", "{}"))))
        .isInstanceOf(IllegalArgumentException.class);

    assertThat(registry.find("far/op")).isPresent();
    assertThat(registry.find("far/first")).isEmpty();
    assertThat(registry.size()).isEqualTo(5);
  }

  @Test
  void aNameThatIsTakenKeepsTheRegistryFromBeingBuilt() {
    far.replace(List.of(leaf("far/own", "{}")));

    assertThatThrownBy(this::registry)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("far/own");
  }

  @Test
  void aNamespaceIsPartOfOneRegistry() {
    assertThat(registry().size()).isEqualTo(4);

    assertThatThrownBy(this::registry).isInstanceOf(IllegalStateException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a/b", "services", "a b"})
  void aNamespaceIsOnePartOfAName(String name) {
    assertThatThrownBy(() -> new LeafNamespace(name)).isInstanceOf(IllegalArgumentException.class);
  }
}
