package org.alknet.call.testing;

import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.alknet.call.operation.CompositionAuthority;
import org.alknet.call.operation.OperationContext;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.operation.PeerRef;
import org.alknet.call.operation.ScopedPeerEnv;
import org.alknet.call.operation.UnaryHandler;
import org.alknet.call.registry.OperationRegistry;
import org.alknet.core.credential.Capabilities;
import tools.jackson.databind.JsonNode;

/**
 * The operation {@code compose/run}, which composes whatever its input says: {@code
 * {"op":"ns/name","peer":"id","input":…}}.
 */
public final class Composer {
  /** Its name. */
  public static final String NAME = "compose/run";

  private Composer() {}

  /** Composes what the input says. */
  public static UnaryHandler handler() {
    return (input, ctx) -> {
      String name = input.path("op").asString();
      int slash = name.indexOf('/');
      PeerRef peer = input.has("peer") ? PeerRef.of(input.path("peer").asString()) : PeerRef.any();
      return ctx.env()
          .invokePeer(
              peer,
              name.substring(0, slash),
              name.substring(slash + 1),
              input.path("input"),
              ctx,
              ctx.abortPolicy());
    };
  }

  /** Adds the operation with a reach. */
  public static Consumer<OperationRegistry.Builder> with(ScopedPeerEnv reach) {
    return ops ->
        ops.withLocal(
            OperationSpec.query(NAME).build(),
            handler(),
            CompositionAuthority.of("composer", "strong"),
            reach,
            Capabilities.empty());
  }

  /** Adds the operation, which may reach these names. */
  public static Consumer<OperationRegistry.Builder> reaching(String... names) {
    return with(ScopedPeerEnv.of(names));
  }

  /** Returns an input. */
  public static JsonNode compose(String op) {
    return Json.json("{'op':'" + op + "','input':{}}");
  }

  /** Returns an input for one peer. */
  public static JsonNode compose(String peer, String op) {
    return Json.json("{'op':'" + op + "','peer':'" + peer + "','input':{}}");
  }

  /** Answers with a text. */
  public static UnaryHandler saying(String text) {
    return Handlers.answering((input, ctx) -> Json.json("'" + text + "'"));
  }

  /** Answers with a text and keeps the context. */
  public static UnaryHandler keeping(CompletableFuture<OperationContext> kept, String text) {
    return (input, ctx) -> {
      kept.complete(ctx);
      return saying(text).handle(input, ctx);
    };
  }
}
