package org.alknet.http.mcp;

import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.alknet.core.credential.Capabilities;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Finds out once of which era a server is: it is asked in the modern way first, since what a legacy
 * server makes of that is unmistakable, and greeted if it has to be.
 *
 * <p>Confined to its steps, which follow each other.
 */
final class EraProbe {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final int MAX_SESSION_ID = 1024;

  private final Wire wire;
  private final Capabilities credentials;
  private final Ask.Limit limit;
  private final Stepwise<Peer> steps = new Stepwise<>();

  EraProbe(Wire wire, Capabilities credentials, Ask.Limit limit) {
    this.wire = Objects.requireNonNull(wire, "wire");
    this.credentials = credentials;
    this.limit = limit;
  }

  /** How messages get there. */
  interface Wire {
    /** Makes a request. */
    CompletableFuture<McpHttp.Answer> exchange(Peer peer, Ask ask);

    /** Sends a notification; completes with the status. */
    CompletableFuture<Integer> notify(
        Peer peer, String method, ObjectNode params, Capabilities credentials, Ask.Limit limit);
  }

  CompletableFuture<Peer> start() {
    probe(true);
    return steps.result();
  }

  private void probe(boolean again) {
    Ask ask = Ask.plain("server/discover", JSON.objectNode(), credentials, limit);
    steps.then(
        wire.exchange(new Peer.Modern(), ask),
        answer -> {
          JsonNode versions = answer.result().path("supportedVersions");
          if (names(versions, Revisions.MODERN)) {
            steps.done(new Peer.Modern());
          } else if (!versions.isArray()
              || Revisions.LEGACY.stream().anyMatch(version -> names(versions, version))) {
            // A server that answers whatever it is asked is no modern one.
            greet();
          } else {
            steps.fail(McpFailure.broken("the server speaks no revision that is known here"));
          }
        },
        failure -> {
          if (!(failure instanceof McpFailure failed)) {
            steps.fail(failure);
            return;
          }
          int code = failed.code().orElse(0);
          JsonNode versions =
              failed.data().map(data -> data.path("supported")).orElse(JSON.missingNode());
          if (code == RpcFailure.UNSUPPORTED_VERSION && names(versions, Revisions.MODERN)) {
            if (again) {
              probe(false);
            } else {
              steps.fail(failed);
            }
          } else if (isLegacy(failed, code)) {
            greet();
          } else {
            steps.fail(failed);
          }
        });
  }

  /** Whether a server that answers like this may know a greeting. */
  private static boolean isLegacy(McpFailure failure, int code) {
    boolean modern = code == RpcFailure.HEADER_MISMATCH || code == RpcFailure.MISSING_CAPABILITY;
    boolean refused = failure.status() == 401 || failure.status() == 403;
    return !modern
        && !refused
        && (failure.kind() == McpFailure.Kind.RPC || failure.status() / 100 == 4);
  }

  private static boolean names(JsonNode versions, String version) {
    for (JsonNode one : versions) {
      if (one.asString("").equals(version)) {
        return true;
      }
    }
    return false;
  }

  private void greet() {
    ObjectNode params = JSON.objectNode().put("protocolVersion", Revisions.LATEST_LEGACY);
    params.putObject("capabilities");
    params.set("clientInfo", McpRequests.clientInfo());
    steps.then(
        wire.exchange(
            new Peer.Legacy("", Optional.empty()),
            Ask.plain("initialize", params, credentials, limit)),
        answer -> {
          String version = answer.result().path("protocolVersion").asString("");
          if (!Revisions.LEGACY.contains(version)) {
            throw McpFailure.broken("the server chose a revision that is not known here");
          }
          Peer.Legacy peer =
              new Peer.Legacy(version, answer.fields().first(Revisions.SESSION_FIELD));
          if (peer.session().filter(EraProbe::isNoSessionId).isPresent()) {
            throw McpFailure.broken("the server named its session in a way that is not allowed");
          }
          steps.then(
              wire.notify(peer, "notifications/initialized", JSON.objectNode(), credentials, limit),
              status -> {
                if (status / 100 != 2) {
                  throw McpFailure.status(status);
                }
                steps.done(peer);
              });
        });
  }

  private static boolean isNoSessionId(String id) {
    return id.isEmpty()
        || id.length() > MAX_SESSION_ID
        || !id.chars().allMatch(c -> c > 0x20 && c < 0x7f);
  }
}
