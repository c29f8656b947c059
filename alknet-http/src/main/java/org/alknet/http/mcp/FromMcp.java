package org.alknet.http.mcp;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.alknet.call.adapter.OperationAdapter;
import org.alknet.call.operation.CallError;
import org.alknet.call.operation.OperationContext;
import org.alknet.call.operation.OperationHandler;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.registry.HandlerRegistration;
import org.alknet.call.registry.OperationProvenance;
import org.alknet.core.credential.Capabilities;
import org.alknet.core.observe.LogLine;
import org.alknet.http.client.OutboundHttpClient;
import org.alknet.http.server.HttpFields;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The tools of an MCP server as operations: mutations, internal, leaves (spec/http.md section 14).
 * Streamable HTTP only, with and without an {@code initialize}.
 *
 * <p>Every request takes its credential from the capabilities of its handler, under the namespace
 * or under {@code mcp}; so a credential that is replaced is used from the next call on.
 *
 * <p>Thread-safe. Registrations work until {@link #close()}; the HTTP client stays the caller's.
 */
public final class FromMcp implements OperationAdapter, AutoCloseable {
  private static final Logger LOG = System.getLogger(FromMcp.class.getName());

  /** A stream that says more than this says something else than that tools changed. */
  private static final MessageEvents.Bounds NEWS =
      new MessageEvents.Bounds(1 << 20, 8L << 20, 2000, Duration.ofMinutes(1));

  private final McpServerConfig config;
  private final Capabilities capabilities;
  private final Consumer<ToolChanges> changed;
  private final OutboundHttpClient http;
  private final McpSession session;
  private final AtomicBoolean stale = new AtomicBoolean();
  private final Object lock = new Object();
  private volatile ToolListing.Listing listing = new ToolListing.Listing(Map.of(), List.of());
  private volatile Set<String> imported = Set.of();
  private volatile Optional<ToolWatch> watch = Optional.empty();

  @GuardedBy("lock")
  private @Nullable CompletableFuture<ToolChanges> refreshing;

  @GuardedBy("lock")
  private boolean closed;

  /**
   * Prepares an import; nothing is sent yet.
   *
   * @param capabilities used for the import, and given to the operations; stay the caller's
   */
  public FromMcp(McpServerConfig config, OutboundHttpClient http, Capabilities capabilities) {
    this(config, http, capabilities, changes -> {});
  }

  /**
   * Prepares an import; nothing is sent yet.
   *
   * @param capabilities used for the import, and given to the operations; stay the caller's
   * @param changed told, on a thread of the client, when the server's tools turn out to differ
   */
  public FromMcp(
      McpServerConfig config,
      OutboundHttpClient http,
      Capabilities capabilities,
      Consumer<ToolChanges> changed) {
    this.config = Objects.requireNonNull(config, "config");
    this.capabilities = Objects.requireNonNull(capabilities, "capabilities");
    this.changed = Objects.requireNonNull(changed, "changed");
    this.http = Objects.requireNonNull(http, "http");
    this.session = new McpSession(config, http, this::heardOfChanges);
  }

  private void heardOfChanges() {
    Optional<ToolWatch> follower = watch;
    if (follower.isPresent()) {
      follower.get().toolsChanged();
    } else {
      stale.set(true);
    }
  }

  /**
   * Asks the server for its tools.
   *
   * @return what can be registered and what cannot; fails with an {@link
   *     org.alknet.call.adapter.AdapterException}. Cancelling it stops asking
   */
  public CompletionStage<McpImport> importTools() {
    Stepwise<McpImport> steps = new Stepwise<>();
    steps.then(
        list(capabilities),
        found -> {
          listing = found;
          imported = new HashSet<>(found.tools().keySet());
          found
              .skipped()
              .forEach(
                  skipped ->
                      LOG.log(
                          Level.WARNING,
                          LogLine.event("mcp_tool_skipped")
                              .field("namespace", config.namespace())
                              .field("reason", skipped.reason().name())
                              .field("tool", skipped.name())
                              .toString()));
          steps.done(current());
        },
        failure -> steps.fail(failure instanceof McpFailure f ? f.forImport() : failure));
    return steps.result();
  }

  /** Returns what can be registered of the tools that were listed last. */
  public McpImport current() {
    ToolListing.Listing now = listing;
    return new McpImport(
        now.tools().values().stream().map(this::registration).toList(), now.skipped());
  }

  /**
   * Follows the server's tools from now on, until {@link #close()}: on the stream it has for news,
   * if it has one, and by asking now and then. Whoever was told of differences at the construction
   * is told of every one, on a thread of the client, and finds what to register in {@link
   * #current()}. Failures are logged and tried again.
   *
   * @throws IllegalStateException if it follows already
   */
  public void follow() {
    follow(ToolWatch.Pace.usual());
  }

  /** Follows at a pace; for tests. */
  void follow(ToolWatch.Pace pace) {
    ToolWatch follower = new ToolWatch(config.namespace(), pace, new Followed(), http::pause);
    synchronized (lock) {
      if (watch.isPresent()) {
        throw new IllegalStateException("the tools of " + config.namespace() + " are followed");
      }
      if (closed) {
        return;
      }
      watch = Optional.of(follower);
    }
    follower.start();
  }

  /** The server, as the watch asks it. */
  private final class Followed implements ToolWatch.Server {
    @Override
    public CompletableFuture<ToolChanges> refresh() {
      return FromMcp.this.refresh(capabilities, config.timeLimit());
    }

    @Override
    public CompletableFuture<MessageEvents> listen(Duration longestSilence, NewsTaker taker) {
      return session.listen(
          capabilities, config.timeLimit(), NEWS, Optional.of(longestSilence), taker);
    }
  }

  @Override
  public CompletionStage<List<HandlerRegistration>> importOperations() {
    return importTools().thenApply(McpImport::registrations);
  }

  /**
   * Asks the server again and compares with what it had. Operations whose tools are gone fail with
   * {@code NOT_FOUND} from now on; what is new, and other schemas, have to be registered: {@link
   * #current()} has them.
   *
   * @return what differs; fails as {@link #importTools} does
   */
  public CompletionStage<ToolChanges> refresh() {
    Stepwise<ToolChanges> steps = new Stepwise<>();
    steps.then(
        refresh(capabilities, config.timeLimit()),
        steps::done,
        failure -> steps.fail(failure instanceof McpFailure f ? f.forImport() : failure));
    return steps.result();
  }

  /** Asks once, however many want to know; one answer never overtakes another. */
  private CompletableFuture<ToolChanges> refresh(Capabilities credentials, Duration time) {
    CompletableFuture<ToolChanges> asking = new CompletableFuture<>();
    synchronized (lock) {
      if (refreshing != null) {
        return refreshing.copy();
      }
      refreshing = asking;
    }
    CompletableFuture<Void> unused =
        list(credentials, time)
            .handle(
                (found, failure) -> {
                  ToolChanges changes =
                      found == null
                          ? new ToolChanges(Set.of(), Set.of(), Set.of())
                          : compare(listing.tools(), found.tools());
                  if (found != null) {
                    take(found, changes);
                  }
                  synchronized (lock) {
                    refreshing = null;
                  }
                  if (failure == null) {
                    asking.complete(changes);
                  } else {
                    asking.completeExceptionally(Stepwise.unwrap(failure));
                  }
                  return (Void) null;
                });
    Objects.requireNonNull(unused);
    return asking.copy();
  }

  private void take(ToolListing.Listing found, ToolChanges changes) {
    listing = found;
    if (!changes.isEmpty()) {
      LOG.log(
          Level.WARNING,
          LogLine.event("mcp_tools_changed")
              .field("namespace", config.namespace())
              .field("added", changes.added().size())
              .field("removed", changes.removed().size())
              .field("changed", changes.changed().size())
              .toString());
      try {
        changed.accept(changes);
      } catch (RuntimeException bug) {
        LOG.log(Level.ERROR, "event=mcp_listener_failed namespace=" + config.namespace(), bug);
      }
    }
  }

  private static ToolChanges compare(Map<String, RemoteTool> old, Map<String, RemoteTool> now) {
    Set<String> added = new HashSet<>(now.keySet());
    added.removeAll(old.keySet());
    Set<String> removed = new HashSet<>(old.keySet());
    removed.removeAll(now.keySet());
    Set<String> changed = new HashSet<>();
    old.forEach(
        (name, tool) -> {
          RemoteTool other = now.get(name);
          if (other != null && !other.spec().equals(tool.spec())) {
            changed.add(name);
          }
        });
    return new ToolChanges(added, removed, changed);
  }

  private CompletableFuture<ToolListing.Listing> list(Capabilities credentials) {
    return list(credentials, config.timeLimit());
  }

  private CompletableFuture<ToolListing.Listing> list(Capabilities credentials, Duration time) {
    stale.set(false);
    return new ToolListing(session, config, credentials, time).start();
  }

  private HandlerRegistration registration(RemoteTool tool) {
    String name = tool.spec().name();
    return new HandlerRegistration(
        tool.spec(),
        new OperationHandler.Once((input, ctx) -> call(name, input, ctx)),
        OperationProvenance.FROM_MCP,
        Optional.empty(),
        Optional.empty(),
        capabilities);
  }

  // ---- a call

  private CompletionStage<ResponseEnvelope> call(
      String name, JsonNode input, OperationContext ctx) {
    JsonNode arguments =
        input.isObject() ? input : JsonNodeFactory.instance.objectNode().set("value", input);
    Stepwise<ResponseEnvelope> steps = new Stepwise<>();
    Call call = new Call(name, (ObjectNode) arguments, ctx);
    if (stale.get()) {
      // The server said that its tools changed. If it cannot say how, the call will tell.
      steps.then(
          refresh(ctx.capabilities(), call.left()),
          changes -> attempt(steps, call, true),
          failure -> attempt(steps, call, true));
    } else {
      attempt(steps, call, true);
    }
    return steps.result();
  }

  private final class Call {
    private final String name;
    private final ObjectNode arguments;
    private final OperationContext ctx;
    private final long end = System.nanoTime() + config.timeLimit().toNanos();

    Call(String name, ObjectNode arguments, OperationContext ctx) {
      this.name = name;
      this.arguments = arguments;
      this.ctx = ctx;
    }

    Duration left() {
      Duration own = Duration.ofNanos(Math.max(0, end - System.nanoTime()));
      return ctx.deadline()
          .map(deadline -> deadline.remaining())
          .filter(remaining -> remaining.compareTo(own) < 0)
          .orElse(own);
    }

    ResponseEnvelope failed(CallError error) {
      return ResponseEnvelope.err(ctx.requestId(), error);
    }
  }

  private void attempt(Stepwise<ResponseEnvelope> steps, Call call, boolean again) {
    RemoteTool tool = listing.tools().get(call.name);
    if (tool == null) {
      steps.done(
          call.failed(
              CallError.of(
                  CallError.NOT_FOUND,
                  "the server has no such tool any more: " + call.name,
                  false)));
      return;
    }
    HttpFields fields;
    try {
      fields = tool.headers().fields(call.arguments);
    } catch (IllegalArgumentException refused) {
      steps.done(call.failed(CallError.invalidInput(String.valueOf(refused.getMessage()))));
      return;
    }
    ObjectNode params = JsonNodeFactory.instance.objectNode().put("name", tool.remoteName());
    params.set("arguments", call.arguments);
    steps.then(
        session.request(
            "tools/call", tool.remoteName(), params, fields, call.ctx.capabilities(), call.left()),
        result -> {
          try {
            steps.done(ToolResult.envelope(call.ctx.requestId(), result));
          } catch (McpFailure broken) {
            steps.done(call.failed(broken.forCall()));
          }
        },
        failure -> {
          if (!(failure instanceof McpFailure failed)) {
            steps.fail(failure);
          } else if (again && failed.code().orElse(0) == RpcFailure.HEADER_MISMATCH) {
            // The tool asks for other fields than it did when it was imported.
            steps.then(
                refresh(call.ctx.capabilities(), call.left()),
                changes -> attempt(steps, call, false),
                unreachable -> steps.done(call.failed(failed.forCall())));
          } else {
            if (failed.code().orElse(0) == RpcFailure.INVALID_PARAMS) {
              watch.ifPresent(ToolWatch::suspect); // a tool the server no longer knows says so too
            }
            steps.done(call.failed(failed.forCall()));
          }
        });
  }

  /** Returns the names of the operations that were imported. */
  public Set<String> operations() {
    return Set.copyOf(imported);
  }

  /**
   * Ends following, and the session, if the server has one; does not wait. Calls fail from now on.
   */
  @Override
  public void close() {
    Optional<ToolWatch> follower;
    synchronized (lock) {
      closed = true;
      follower = watch;
    }
    follower.ifPresent(ToolWatch::close);
    session.close(capabilities);
  }

  /** Says which server. */
  @Override
  public String toString() {
    return "FromMcp[" + config.namespace() + ", " + listing.tools().size() + " tools]";
  }
}
