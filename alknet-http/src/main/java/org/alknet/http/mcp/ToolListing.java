package org.alknet.http.mcp;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.alknet.call.adapter.AdapterException;
import org.alknet.core.credential.Capabilities;
import org.alknet.http.internal.gateway.Json;
import org.alknet.http.server.HttpFields;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Asks once for all tools, page after page, within one time and one budget of memory.
 *
 * <p>Confined to the steps of one listing, which follow each other.
 */
final class ToolListing {
  private static final int MAX_PAGES = 1000;
  private static final int MAX_CURSOR = 4096;
  private static final long MAX_BYTES = 16L << 20;

  private final McpSession session;
  private final McpServerConfig config;
  private final Capabilities credentials;
  private final long end;
  private final Stepwise<Listing> steps = new Stepwise<>();
  private final Map<String, RemoteTool> tools = new LinkedHashMap<>();
  private final List<McpImport.Skipped> skipped = new ArrayList<>();
  private final Set<String> cursors = new HashSet<>();
  private int entries;
  private long bytes;

  ToolListing(McpSession session, McpServerConfig config, Capabilities credentials, Duration time) {
    this.session = session;
    this.config = config;
    this.credentials = credentials;
    this.end = System.nanoTime() + time.toNanos();
  }

  /**
   * All tools.
   *
   * @param tools by the names of the operations, in the server's order
   * @param skipped the others
   */
  record Listing(Map<String, RemoteTool> tools, List<McpImport.Skipped> skipped) {
    Listing {
      tools = Collections.unmodifiableMap(new LinkedHashMap<>(tools));
      skipped = List.copyOf(skipped);
    }
  }

  CompletableFuture<Listing> start() {
    ask(JsonNodeFactory.instance.objectNode());
    return steps.result();
  }

  private void ask(ObjectNode params) {
    Duration left = Duration.ofNanos(Math.max(0, end - System.nanoTime()));
    steps.then(
        session.request("tools/list", "", params, HttpFields.none(), credentials, left),
        this::take);
  }

  private void take(JsonNode page) throws Exception {
    if (!page.path("tools").isArray()) {
      throw McpFailure.broken("the server answered tools/list without tools");
    }
    bytes += Json.write(page).length;
    entries += page.path("tools").size();
    if (entries > config.maxTools()) {
      throw McpFailure.broken("the server has more than " + config.maxTools() + " tools");
    }
    if (bytes > MAX_BYTES) {
      throw McpFailure.broken("the descriptions of the tools are longer than 16 MiB");
    }
    boolean modern = session.peer().filter(peer -> peer instanceof Peer.Modern).isPresent();
    for (JsonNode entry : page.path("tools")) {
      add(entry, modern);
    }
    JsonNode cursor = page.path("nextCursor");
    if (cursor.isMissingNode() || cursor.isNull()) {
      steps.done(new Listing(tools, skipped));
      return;
    }
    if (!cursor.isString()
        || cursor.stringValue().length() > MAX_CURSOR
        || cursors.size() >= MAX_PAGES
        || !cursors.add(cursor.stringValue())) {
      throw McpFailure.broken("the pages of the server's tools have no end");
    }
    ask(JsonNodeFactory.instance.objectNode().put("cursor", cursor.stringValue()));
  }

  private void add(JsonNode entry, boolean modern) throws AdapterException {
    RemoteTool tool;
    try {
      tool = RemoteTool.read(entry, config.namespace(), modern);
    } catch (RemoteTool.Unusable unusable) {
      skipped.add(unusable.skipped());
      return;
    }
    if (tools.putIfAbsent(tool.spec().name(), tool) != null) {
      throw new AdapterException.SamePeerCollision(tool.spec().name());
    }
  }
}
