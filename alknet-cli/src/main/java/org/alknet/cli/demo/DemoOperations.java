package org.alknet.cli.demo;

import java.io.OutputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.alknet.call.operation.AccessControl;
import org.alknet.call.operation.CallError;
import org.alknet.call.operation.ErrorDefinition;
import org.alknet.call.operation.OperationContext;
import org.alknet.call.operation.OperationHandler;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.operation.StreamingHandler;
import org.alknet.call.operation.UnaryHandler;
import org.alknet.call.operation.Visibility;
import org.alknet.call.registry.HandlerRegistration;
import org.alknet.call.registry.OperationProvenance;
import org.alknet.core.identity.Identity;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Operations to try a node out with (spec/cli.md section 10). They keep no state and may stay on a
 * node that only its own machine can reach.
 *
 * <p>Thread-safe. Owns a timer thread until {@link #close()}.
 */
public final class DemoOperations implements AutoCloseable {
  private static final Logger LOG = System.getLogger(DemoOperations.class.getName());
  private static final JsonMapper MAPPER = JsonMapper.shared();
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final DateTimeFormatter MILLISECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
  private static final int MAX_ECHO_BYTES = 1 << 20;
  private static final String CREDENTIAL = "demo/credential";
  private static final String DEMO_FAILED = "DEMO_FAILED";

  private final InstantSource clock = InstantSource.system();
  private final ScheduledThreadPoolExecutor timer;

  /** Creates the operations and their timer, whose thread starts when it is needed. */
  public DemoOperations() {
    timer =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "alknet-demo-timer");
              thread.setDaemon(true);
              return thread;
            });
    timer.setRemoveOnCancelPolicy(true);
  }

  /** Returns the operations, ready to be registered. */
  public List<HandlerRegistration> registrations() {
    return Stream.concat(leaves().stream(), DemoComposition.registrations().stream()).toList();
  }

  /** Returns how many of them callers can see. */
  public int external() {
    return (int)
        registrations().stream()
            .filter(operation -> operation.spec().visibility() == Visibility.EXTERNAL)
            .count();
  }

  private List<HandlerRegistration> leaves() {
    return List.of(
        unary(
            OperationSpec.query("demo/echo")
                .inputSchema(DemoSchemas.ANYTHING)
                .outputSchema(DemoSchemas.ANYTHING),
            DemoOperations::echo),
        unary(
            OperationSpec.query("demo/time")
                .inputSchema(DemoSchemas.NOTHING)
                .outputSchema(DemoSchemas.TIME_OUTPUT),
            (input, ctx) -> ok(ctx, JSON.objectNode().put("now", now()))),
        unary(
            OperationSpec.query("demo/add")
                .inputSchema(DemoSchemas.ADD_INPUT)
                .outputSchema(DemoSchemas.ADD_OUTPUT),
            DemoOperations::add),
        unary(
            OperationSpec.query("demo/whoami")
                .inputSchema(DemoSchemas.NOTHING)
                .outputSchema(DemoSchemas.WHOAMI_OUTPUT),
            DemoOperations::whoami),
        unary(
            OperationSpec.query("demo/sleep")
                .inputSchema(DemoSchemas.SLEEP_INPUT)
                .outputSchema(DemoSchemas.SLEEP_OUTPUT),
            this::sleep),
        unary(
            OperationSpec.query("demo/fail")
                .inputSchema(DemoSchemas.FAIL_INPUT)
                .outputSchema(DemoSchemas.NEVER)
                .errors(
                    ErrorDefinition.of(
                        DEMO_FAILED, "What this operation is for.", DemoSchemas.FAIL_DETAILS)),
            DemoOperations::fail),
        stream(
            OperationSpec.subscription("demo/ticker")
                .inputSchema(DemoSchemas.TICKER_INPUT)
                .outputSchema(DemoSchemas.TICKER_OUTPUT),
            this::ticker),
        unary(
            OperationSpec.query("demo/secret")
                .inputSchema(DemoSchemas.NOTHING)
                .outputSchema(DemoSchemas.SECRET_OUTPUT)
                .accessControl(AccessControl.scopes("operator")),
            (input, ctx) -> ok(ctx, JSON.objectNode().put("secret", "the operator may see this"))),
        unary(
            OperationSpec.query(CREDENTIAL)
                .inputSchema(DemoSchemas.NOTHING)
                .outputSchema(DemoSchemas.CREDENTIAL_OUTPUT)
                .accessControl(AccessControl.scopes("operator")),
            (input, ctx) ->
                ok(
                    ctx,
                    JSON.objectNode().put("present", ctx.capabilities().get("demo").isPresent()))));
  }

  /** Returns the names of the credentials one of these operations uses. */
  public static List<String> credentials(HandlerRegistration operation) {
    return operation.spec().name().equals(CREDENTIAL) ? List.of("demo") : List.of();
  }

  /** Stops the timer. */
  @Override
  public void close() {
    timer.shutdownNow();
  }

  private static CompletionStage<ResponseEnvelope> echo(JsonNode input, OperationContext ctx) {
    CountingStream bytes = new CountingStream();
    MAPPER.writeValue(bytes, input);
    return bytes.count > MAX_ECHO_BYTES
        ? failed(
            ctx, CallError.invalidInput("demo/echo takes up to 1 MiB of JSON, not " + bytes.count))
        : ok(ctx, input);
  }

  private static CompletionStage<ResponseEnvelope> add(JsonNode input, OperationContext ctx) {
    BigDecimal sum = input.path("a").decimalValue().add(input.path("b").decimalValue());
    return ok(ctx, JSON.objectNode().put("sum", sum));
  }

  private static CompletionStage<ResponseEnvelope> whoami(JsonNode input, OperationContext ctx) {
    ObjectNode output = JSON.objectNode();
    Optional<Identity> caller = ctx.identity();
    output.set("id", caller.<JsonNode>map(c -> JSON.stringNode(c.id())).orElse(JSON.nullNode()));
    caller.map(Identity::scopes).orElse(List.of()).forEach(output.putArray("scopes")::add);
    output.set(
        "forwarded_for",
        ctx.forwardedFor().<JsonNode>map(DemoOperations::json).orElse(JSON.nullNode()));
    output.put("internal", ctx.isInternal());
    return ok(ctx, output);
  }

  private static ObjectNode json(Identity identity) {
    ObjectNode json = JSON.objectNode().put("id", identity.id());
    identity.scopes().forEach(json.putArray("scopes")::add);
    return json;
  }

  private CompletionStage<ResponseEnvelope> sleep(JsonNode input, OperationContext ctx) {
    int millis = input.path("ms").asInt(0);
    LOG.log(Level.DEBUG, () -> "event=demo_sleep ms=" + millis);
    CompletableFuture<ResponseEnvelope> answer = new CompletableFuture<>();
    ObjectNode output = JSON.objectNode().put("slept_ms", millis);
    ScheduledFuture<?> wake =
        timer.schedule(
            () -> answer.complete(ResponseEnvelope.ok(ctx.requestId(), output)),
            millis,
            TimeUnit.MILLISECONDS);
    ctx.cancellation()
        .onCancel(
            () -> {
              LOG.log(Level.DEBUG, "event=demo_sleep_cancelled");
              wake.cancel(false);
              answer.complete(ResponseEnvelope.err(ctx.requestId(), CallError.cancelled()));
            });
    return answer;
  }

  private static CompletionStage<ResponseEnvelope> fail(JsonNode input, OperationContext ctx) {
    String code = input.path("code").asString(DEMO_FAILED);
    ObjectNode details = JSON.objectNode().put("hint", "nothing is wrong; this always fails");
    return failed(ctx, CallError.of(code, "failed as requested", true, details));
  }

  private Flow.Publisher<ResponseEnvelope> ticker(JsonNode input, OperationContext ctx) {
    return new Ticker(
        timer,
        Duration.ofMillis(input.path("interval_ms").asInt(1000)),
        input.path("count").asInt(1000),
        n -> ResponseEnvelope.ok(ctx.requestId(), JSON.objectNode().put("n", n).put("now", now())));
  }

  private String now() {
    return MILLISECONDS.format(clock.instant());
  }

  private static HandlerRegistration unary(OperationSpec.Builder spec, UnaryHandler handler) {
    return HandlerRegistration.of(
        spec.build(), new OperationHandler.Once(handler), OperationProvenance.LOCAL);
  }

  private static HandlerRegistration stream(OperationSpec.Builder spec, StreamingHandler handler) {
    return HandlerRegistration.of(
        spec.build(), new OperationHandler.Stream(handler), OperationProvenance.LOCAL);
  }

  private static CompletionStage<ResponseEnvelope> ok(OperationContext ctx, JsonNode output) {
    return CompletableFuture.completedFuture(ResponseEnvelope.ok(ctx.requestId(), output));
  }

  private static CompletionStage<ResponseEnvelope> failed(OperationContext ctx, CallError error) {
    return CompletableFuture.completedFuture(ResponseEnvelope.err(ctx.requestId(), error));
  }

  private static final class CountingStream extends OutputStream {
    private long count;

    @Override
    public void write(int b) {
      count++;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      count += length;
    }
  }
}
