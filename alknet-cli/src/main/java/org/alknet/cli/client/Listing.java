package org.alknet.cli.client;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.alknet.call.connection.CallFailedException;
import org.alknet.call.connection.CallRequest;
import org.alknet.call.operation.AccessControl;
import org.alknet.call.operation.CallError;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.operation.OperationSummary;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.registry.SpecJson;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** What a remote offers to one caller. */
public final class Listing {
  private static final int AT_A_TIME = 8;
  private static final String LIST_PEERS = "services/list-peers";

  private Listing() {}

  /**
   * Which operations are shown.
   *
   * <p>Immutable.
   *
   * @param pattern part of the name, or a pattern with {@code *} and {@code ?}; empty for all
   * @param type wire name of a type; empty for all
   */
  public record Filter(String pattern, String type) {
    boolean accepts(OperationSummary operation) {
      return accepts(operation.name(), operation.opType().wireName());
    }

    private boolean accepts(String name, String ofType) {
      return (type.isEmpty() || ofType.equals(type)) && matches(name);
    }

    private boolean matches(String name) {
      if (pattern.indexOf('*') < 0 && pattern.indexOf('?') < 0) {
        return name.toLowerCase(Locale.ROOT).contains(pattern.toLowerCase(Locale.ROOT));
      }
      StringBuilder regex = new StringBuilder();
      for (int i = 0; i < pattern.length(); i++) {
        char c = pattern.charAt(i);
        regex.append(c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(String.valueOf(c)));
      }
      return Pattern.matches(regex.toString(), name);
    }
  }

  /**
   * One operation.
   *
   * <p>Immutable.
   *
   * @param peer who offers it, if it is not the remote itself
   * @param name without a leading slash
   * @param type wire name of its type
   * @param spec its description, if that was asked for
   */
  public record Entry(
      Optional<String> peer, String name, String type, Optional<OperationSpec> spec) {}

  /** Returns operations that are known already, by name. */
  public static List<Entry> of(List<OperationSpec> all, Filter filter, boolean detailed) {
    return all.stream()
        .filter(spec -> filter.accepts(spec.name(), spec.opType().wireName()))
        .sorted(Comparator.comparing(OperationSpec::name))
        .map(
            spec ->
                new Entry(
                    Optional.empty(),
                    spec.name(),
                    spec.opType().wireName(),
                    detailed ? Optional.of(spec) : Optional.empty()))
        .toList();
  }

  /** Returns the operations of the remote itself, by name. */
  public static List<Entry> of(Session session, Filter filter, boolean detailed) throws Exception {
    List<OperationSummary> operations = session.list().stream().filter(filter::accepts).toList();
    List<Entry> entries = new ArrayList<>();
    for (int from = 0; from < operations.size(); from += AT_A_TIME) {
      List<OperationSummary> some =
          operations.subList(from, Math.min(from + AT_A_TIME, operations.size()));
      List<CompletableFuture<OperationSpec>> specs = new ArrayList<>();
      if (detailed) {
        for (OperationSummary operation : some) {
          specs.add(session.calls().servicesSchema(operation.name()).toCompletableFuture());
        }
      }
      for (int i = 0; i < some.size(); i++) {
        Optional<OperationSpec> spec =
            detailed
                ? Optional.of(described(session, some.get(i), specs.get(i)))
                : Optional.empty();
        entries.add(
            new Entry(Optional.empty(), some.get(i).name(), some.get(i).opType().wireName(), spec));
      }
    }
    return entries;
  }

  private static OperationSpec described(
      Session session, OperationSummary operation, CompletableFuture<OperationSpec> spec)
      throws Exception {
    try {
      return session.interrupts().await(spec);
    } catch (CallFailedException failed) {
      throw CallFailures.translate(operation.name(), failed.error(), session.localFingerprint());
    }
  }

  /** Returns the operations of the remote's peers. */
  public static List<Entry> ofPeers(Session session, Filter filter) throws Exception {
    ResponseEnvelope answer =
        session.call(CallRequest.of(LIST_PEERS, JsonNodeFactory.instance.objectNode()));
    Optional<CallError> error = answer.error();
    if (error.isPresent()) {
      CliException failure =
          CallFailures.translate(LIST_PEERS, error.get(), session.localFingerprint());
      throw failure.exit() == ExitCodes.NOT_FOUND
          ? failure.withAdvice(List.of("This node does not tell which peers it has."))
          : failure;
    }
    List<Entry> entries = new ArrayList<>();
    for (JsonNode peer : answer.output().orElseThrow().path("peers").values()) {
      Optional<String> id = Optional.of(peer.path("peer_id").asString("?"));
      for (OperationSummary operation : SpecJson.parseList(peer)) {
        if (filter.accepts(operation)) {
          entries.add(
              new Entry(id, operation.name(), operation.opType().wireName(), Optional.empty()));
        }
      }
    }
    return entries;
  }

  /** Returns in a few words what a caller needs. */
  public static String access(AccessControl control) {
    List<String> needs = new ArrayList<>(control.requiredScopes());
    control.requiredScopesAny().ifPresent(any -> needs.add("any of " + String.join("|", any)));
    control
        .resourceType()
        .ifPresent(type -> needs.add(type + control.resourceAction().map(a -> "/" + a).orElse("")));
    return String.join(" ", needs);
  }
}
