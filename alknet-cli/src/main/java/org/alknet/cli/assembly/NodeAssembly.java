package org.alknet.cli.assembly;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.alknet.call.CallAdapter;
import org.alknet.call.registry.LeafNamespace;
import org.alknet.call.registry.OperationRegistry;
import org.alknet.cli.demo.DemoOperations;
import org.alknet.core.config.StaticConfig;
import org.alknet.core.handler.Admission;
import org.alknet.core.handler.HandlerRegistry;
import org.alknet.core.handler.ShutdownSignal;
import org.alknet.store.sqlite.SqliteStore;

/**
 * Starts a node: the steps of the table in spec/cli.md section 7, in its order. Whatever a step
 * opens goes on a stack at once, and a step that fails closes what is on it, the last first.
 *
 * <p>Not thread-safe. The stack becomes the node's when the last step is done.
 */
final class NodeAssembly {
  private final NodeSettings settings;
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();

  private NodeAssembly(NodeSettings settings) {
    this.settings = settings;
  }

  static Node start(NodeSettings settings) throws NodeException {
    NodeAssembly assembly = new NodeAssembly(settings);
    boolean done = false;
    try {
      Node node = assembly.start();
      done = true;
      return node;
    } finally {
      if (!done) {
        Node.release(assembly.parts);
      }
    }
  }

  private Node start() throws NodeException {
    takeDirectory();
    Observation observation = Observation.start(settings, parts);
    Foundation foundation = Foundation.lay(settings, observation, parts);
    StaticConfig config = settings.staticConfig(foundation.key());
    DemoOperations demos = new DemoOperations();
    parts.push(demos);
    OperationRegistry registry = buildRegistry(config, foundation, demos);
    ShutdownSignal signal = new ShutdownSignal();
    CallAdapter calls = buildHandlers(registry, foundation, signal, observation);
    Admission admission = Admission.create(foundation.reload().snapshot(), config.limits());
    Optional<HttpFace> http =
        startHttp(
            config,
            new HttpFace.Shared(registry, calls, foundation.identities(), admission, signal));
    HandlerRegistry handlers = handlers(calls, http);
    List<RemoteToDial> remotes = lookUpRemotes(foundation);
    EndpointStart.Bound bound =
        new EndpointStart(
                handlers,
                foundation.reload().snapshot(),
                foundation.identities(),
                signal,
                admission,
                observation)
            .bind(config, !settings.isListenGiven());
    parts.push(bound.endpoint());
    boolean httpMoved = listenHttp(http, bound, foundation.reload());
    RemoteLinks links = new RemoteLinks(remotes, calls, config, foundation.identities());
    parts.push(links);
    Node node =
        new Node(
            settings,
            new Node.Running(
                bound.endpoint(), calls, http, handlers.alpns(), links, config, foundation.vault()),
            new NodePeers(
                foundation.store(),
                settings.peersInConfiguration(),
                foundation.reload().snapshot()),
            foundation.reload(),
            observation.metrics(),
            new Node.Summary(foundation.newKey(), bound.moved(), httpMoved, offered(demos)),
            parts);
    node.follow();
    links.start(node::tell);
    lockVault(foundation.vault());
    announce(node);
    return node;
  }

  /** Step 1: the configuration was read already; checks the rest of it, and takes the lock. */
  private void takeDirectory() throws NodeException {
    settings.staticConfig(Optional.empty());
    // As late as this, since the configuration may say how to log.
    settings
        .config()
        .map(NodeConfig::warnings)
        .orElse(List.of())
        .forEach(warning -> settings.warn(warning.toString()));
    settings.directory().create();
    parts.push(ServeLock.take(settings.directory()));
  }

  /** Steps 6 and 7. Changes of credentials are heard of before the first one is read. */
  private OperationRegistry buildRegistry(
      StaticConfig config, Foundation foundation, DemoOperations demos) throws NodeException {
    CapabilityInjector capabilities =
        new CapabilityInjector(
            foundation.vault(),
            foundation.store().map(SqliteStore::credentials),
            settings.requireCredentials(),
            settings::warn);
    parts.push(capabilities);
    foundation
        .store()
        .map(store -> store.onChange(new LateCredentials(capabilities)))
        .ifPresent(parts::push);
    List<Offered> imported = importServices(config);
    List<LeafNamespace> followed = McpImports.run(settings, config, capabilities, parts);
    return NodeRegistry.build(settings, demos, imported, followed, capabilities);
  }

  private List<Offered> importServices(StaticConfig config) throws NodeException {
    if (settings.openApi().isEmpty()) {
      return List.of();
    }
    ImportedServices services = ImportedServices.start(config);
    parts.push(services);
    return services.load(settings.openApi(), settings::warn);
  }

  /** Step 8. */
  private CallAdapter buildHandlers(
      OperationRegistry registry,
      Foundation foundation,
      ShutdownSignal signal,
      Observation observation) {
    CallAdapter calls =
        CallAdapter.builder(registry, foundation.identities())
            .limits(settings.callLimits())
            .metrics(observation.metrics())
            .shutdownSignal(signal)
            .build();
    parts.push(calls);
    return calls;
  }

  /** Step 8 as well: the HTTP face, if there is to be one. */
  private Optional<HttpFace> startHttp(StaticConfig config, HttpFace.Shared shared)
      throws NodeException {
    if (settings.http().isEmpty()) {
      return Optional.empty();
    }
    HttpFace face = HttpFace.start(settings, settings.http().get(), config, shared);
    parts.push(face);
    return Optional.of(face);
  }

  private static HandlerRegistry handlers(CallAdapter calls, Optional<HttpFace> http) {
    HandlerRegistry.Builder handlers = HandlerRegistry.builder().register(calls);
    http.ifPresent(face -> face.handlers().forEach(handlers::register));
    return handlers.build();
  }

  /** The second half of step 10: over TCP the face listens where the endpoint does over UDP. */
  private boolean listenHttp(
      Optional<HttpFace> http, EndpointStart.Bound bound, ConfigReload reload)
      throws NodeException {
    if (http.isEmpty()) {
      return false;
    }
    boolean moved = http.get().listen(bound.endpoint().localAddresses(), !settings.isPortGiven());
    reload.renewing(http.get()::renewCertificate);
    return moved;
  }

  /** The first half of step 11: a name that means nothing keeps the node from starting. */
  private List<RemoteToDial> lookUpRemotes(Foundation foundation) throws NodeException {
    RemoteLookup lookup =
        new RemoteLookup(settings, foundation.peers(), foundation.store(), foundation.vault());
    List<RemoteToDial> found = lookup.resolve();
    found.forEach(parts::push);
    if (!lookup.problems().isEmpty()) {
      throw new NodeException(
          NodeException.Kind.CONFIGURATION, "cannot dial out", null, lookup.problems());
    }
    lookup.warnings().forEach(settings::warn);
    return found;
  }

  private int offered(DemoOperations demos) {
    return settings.offersDemo() ? demos.external() : 0;
  }

  /** Step 12. */
  private void lockVault(Optional<NodeVault> vault) {
    if (settings.vault().map(NodeConfig.Vault::lockAfterStart).orElse(true)) {
      vault.ifPresent(NodeVault::close);
    }
  }

  /** Step 13. */
  private void announce(Node node) throws NodeException {
    parts.push(node::withdraw);
    try {
      node.announce();
    } catch (IOException failed) {
      throw new NodeException(
          NodeException.Kind.STORE,
          "cannot write "
              + RunState.file(settings.directory())
              + ": "
              + PrivateFiles.reason(failed),
          failed,
          List.of());
    }
  }
}
