package org.alknet.core.handler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.alknet.core.connection.Alpn;
import org.alknet.core.connection.Alpns;
import org.alknet.core.connection.AuthContext;
import org.alknet.core.connection.Connection;
import org.junit.jupiter.api.Test;

class HandlerRegistryTest {
  private static final Alpn OTHER = Alpn.of("example/other");

  @Test
  void anEmptyRegistryKnowsNothing() {
    assertThat(HandlerRegistry.empty().alpns()).isEmpty();
    assertThat(HandlerRegistry.builder().build().find(Alpns.CALL)).isEmpty();
  }

  @Test
  void registeredHandlersAreListedAndFoundAndOthersAreNot() {
    ProtocolHandler call = new Handler(Alpns.CALL);
    ProtocolHandler other = new Handler(OTHER);
    HandlerRegistry registry = HandlerRegistry.builder().register(call).register(other).build();

    assertThat(registry.find(Alpns.CALL)).containsSame(call);
    assertThat(registry.find(OTHER)).containsSame(other);
    assertThat(registry.find(Alpns.H3)).isEmpty();
    assertThat(registry.alpns()).containsExactly(Alpns.CALL, OTHER);
  }

  @Test
  void registrationOrderIsKept() {
    HandlerRegistry registry =
        HandlerRegistry.builder()
            .register(new Handler(OTHER))
            .register(new Handler(Alpns.H3))
            .register(new Handler(Alpns.CALL))
            .build();

    assertThat(registry.alpns()).containsExactly(OTHER, Alpns.H3, Alpns.CALL);
  }

  @Test
  void duplicateAlpnIsRejectedAtOnce() {
    HandlerRegistry.Builder builder = HandlerRegistry.builder().register(new Handler(Alpns.CALL));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.register(new Handler(Alpns.CALL)))
        .withMessageContaining("ALPN already registered");
  }

  @Test
  void reservedAndMalformedNamesAreRejected() {
    for (String name : new String[] {"acme-tls/1", "alknet/Bad", "bare"}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> HandlerRegistry.builder().register(new Handler(Alpn.of(name))))
          .withMessageContaining(name);
    }
  }

  @Test
  void aBuiltRegistryIsNotChangedByItsBuilder() {
    HandlerRegistry.Builder builder = HandlerRegistry.builder().register(new Handler(Alpns.CALL));
    HandlerRegistry registry = builder.build();
    builder.register(new Handler(OTHER));

    assertThat(registry.alpns()).containsExactly(Alpns.CALL);
  }

  @Test
  void stringFormListsTheAlpns() {
    HandlerRegistry registry =
        HandlerRegistry.builder()
            .register(new Handler(Alpns.CALL))
            .register(new Handler(OTHER))
            .build();

    assertThat(registry).hasToString("HandlerRegistry[alknet/call, example/other]");
  }

  private record Handler(Alpn alpn) implements ProtocolHandler {
    @Override
    public CompletionStage<Void> handle(Connection connection, AuthContext auth) {
      return CompletableFuture.completedStage(null);
    }
  }
}
