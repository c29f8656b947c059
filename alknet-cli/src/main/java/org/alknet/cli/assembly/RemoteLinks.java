package org.alknet.cli.assembly;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.alknet.call.CallAdapter;
import org.alknet.call.CallClient;
import org.alknet.call.compose.PeerListener;
import org.alknet.call.connection.CallConnection;
import org.alknet.core.AlknetDialer;
import org.alknet.core.config.StaticConfig;
import org.alknet.core.identity.IdentityProvider;
import org.alknet.core.tls.TlsIdentity;

/**
 * The remotes of {@code [[connect]]}, dialled in the background for as long as the node runs
 * (spec/cli.md section 7, step 11). They share the node's calls, so a remote may call back what the
 * node offers it.
 *
 * <p>Thread-safe once started. Owns the dialler and the links until {@link #close()}.
 */
final class RemoteLinks implements AutoCloseable {
  private static final Logger LOG = System.getLogger(RemoteLinks.class.getName());

  private final List<RemoteToDial> remotes;
  private final CallAdapter calls;
  private final StaticConfig config;
  private final IdentityProvider identities;
  private final List<RemoteLink> links = new CopyOnWriteArrayList<>();
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();

  /**
   * Prepares to dial.
   *
   * @param remotes stay the caller's to close, after this
   * @param config limits, authorities, and what the node presents
   * @param identities knows the peers
   */
  RemoteLinks(
      List<RemoteToDial> remotes,
      CallAdapter calls,
      StaticConfig config,
      IdentityProvider identities) {
    this.remotes = List.copyOf(remotes);
    this.calls = calls;
    this.config = config;
    this.identities = identities;
  }

  /**
   * Starts dialling; once.
   *
   * @param changed called after each change of a state
   */
  void start(Runnable changed) {
    if (remotes.isEmpty()) {
      return;
    }
    AlknetDialer dialer = AlknetDialer.builder().transport(config.transport()).build();
    parts.push(dialer);
    CallClient client = calls.client(dialer);
    // An import that failed is tried again by the call module, which tells its directory only.
    parts.push(calls.peers().listen(new LaterImports(), Runnable::run));
    Optional<TlsIdentity> identity = config.tlsIdentity().filter(RemoteLinks::isForDialling);
    for (RemoteToDial remote : remotes) {
      RemoteLink link = new RemoteLink(remote.entry(), remote.target(), changed);
      parts.push(link);
      links.add(link);
    }
    for (int i = 0; i < remotes.size(); i++) {
      links.get(i).start(client, remotes.get(i).credentials(identity));
    }
  }

  private final class LaterImports implements PeerListener {
    @Override
    public void imported(String peerId, CallConnection connection, int operations) {
      links.forEach(link -> link.imported(connection));
    }
  }

  /** A certificate of this minute, or one for servers only, says nothing about a client. */
  private static boolean isForDialling(TlsIdentity identity) {
    return !(identity instanceof TlsIdentity.SelfSigned || identity instanceof TlsIdentity.Acme);
  }

  /** Returns how it stands with each, in the order of the configuration. */
  List<RemoteState> states() {
    return links.stream().map(RemoteLink::state).toList();
  }

  /** Makes known peers of the remotes that are some now. */
  void peersChanged() {
    links.forEach(link -> link.peersChanged(identities));
  }

  /** Dials no more; connections end with the calls on them. */
  void stopDialling() {
    links.forEach(RemoteLink::stopDialling);
  }

  /** Waits until the connections have ended, which is the call module's doing. */
  void awaitClosed(Duration limit) {
    CompletableFuture<?>[] ends =
        links.stream()
            .map(link -> link.closed().toCompletableFuture())
            .toArray(CompletableFuture[]::new);
    try {
      CompletableFuture.allOf(ends).get(Math.max(0, limit.toMillis()), TimeUnit.MILLISECONDS);
    } catch (TimeoutException late) {
      LOG.log(Level.INFO, "event=remotes_cut limit_ms={0}", limit.toMillis());
    } catch (ExecutionException unexpected) {
      LOG.log(Level.WARNING, "event=remotes_end_failed", unexpected);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    Node.release(parts);
  }
}
