package org.alknet.bench.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.alknet.core.config.ConfigIdentityProvider;
import org.alknet.core.config.ConfigReloadHandle;
import org.alknet.core.config.DynamicConfig;
import org.alknet.core.config.RateLimitConfig;
import org.alknet.core.identity.AuthPolicy;
import org.alknet.core.identity.AuthToken;
import org.alknet.core.identity.Identity;
import org.alknet.core.identity.PeerEntry;
import org.alknet.core.identity.TokenHash;
import org.alknet.core.observe.AuditLog;
import org.alknet.core.observe.CoreMetrics;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Who is this? Asked for every connection and every request, so the cost must not grow. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ResolveBenchmark {
  /** Peers that are known. */
  @Param({"10", "1000", "100000"})
  public int peers;

  private ConfigIdentityProvider provider;
  private String known;
  private AuthToken token;

  /** Makes a policy in which the last peer is asked for. */
  @Setup
  public void fill() throws Exception {
    DynamicConfig config = config(peers);
    ConfigReloadHandle handle = ConfigReloadHandle.create(config, AuditLog.NONE, CoreMetrics.NONE);
    provider = new ConfigIdentityProvider(handle.snapshot());
    known = fingerprint(peers - 1);
    token = AuthToken.ofUtf8(token(peers - 1));
  }

  /** By a key proven in the handshake. */
  @Benchmark
  public Optional<Identity> byFingerprint() {
    return provider.resolveFromFingerprint(known);
  }

  /** By a bearer token, hashing included. */
  @Benchmark
  public Optional<Identity> byToken() {
    return provider.resolveFromToken(token);
  }

  static DynamicConfig config(int peers) throws Exception {
    List<PeerEntry> entries = new ArrayList<>(peers);
    for (int i = 0; i < peers; i++) {
      entries.add(
          PeerEntry.builder("peer-" + i)
              .fingerprints(fingerprint(i))
              .authTokenHash(TokenHash.of(AuthToken.ofUtf8(token(i))).orElseThrow())
              .scopes("operator")
              .build());
    }
    return new DynamicConfig(AuthPolicy.of(entries, List.of()), RateLimitConfig.defaults());
  }

  private static String fingerprint(int i) {
    return "ed25519:" + String.format("%064x", i);
  }

  private static String token(int i) {
    return "token-of-peer-" + i;
  }
}
