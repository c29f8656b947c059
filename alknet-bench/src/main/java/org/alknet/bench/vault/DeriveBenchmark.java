package org.alknet.bench.vault;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.alknet.vault.CacheConfig;
import org.alknet.vault.DerivedKey;
import org.alknet.vault.KeyPaths;
import org.alknet.vault.VaultServiceHandle;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Keys derived each time and keys found in the cache. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class DeriveBenchmark {
  private final VaultServiceHandle cached = VaultServiceHandle.builder().secp256k1(true).build();
  private final VaultServiceHandle cold =
      VaultServiceHandle.builder()
          .secp256k1(true)
          .cacheConfig(new CacheConfig(Duration.ofHours(1), 0))
          .build();

  /** Unlocks both vaults with one phrase. */
  @Setup
  public void unlock() {
    char[] phrase =
        ("abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon"
                + " about")
            .toCharArray();
    cached.unlock(phrase, null);
    cold.unlock(phrase, null);
  }

  /** Wipes both vaults. */
  @TearDown
  public void lock() {
    cached.close();
    cold.close();
  }

  /** Four HMACs and a public key. */
  @Benchmark
  public DerivedKey ed25519Cold() {
    return cold.deriveEd25519(KeyPaths.IDENTITY);
  }

  /** A copy out of the cache. */
  @Benchmark
  public DerivedKey ed25519Cached() {
    return cached.deriveEd25519(KeyPaths.IDENTITY);
  }

  /** Four HMACs, no public key. */
  @Benchmark
  public DerivedKey aesCold() {
    return cold.deriveEncryptionKey(KeyPaths.ENCRYPTION);
  }

  /** A copy out of the cache. */
  @Benchmark
  public DerivedKey aesCached() {
    return cached.deriveEncryptionKey(KeyPaths.ENCRYPTION);
  }

  /** Five HMACs and three points. */
  @Benchmark
  public DerivedKey secp256k1Cold() {
    return cold.deriveEthereumKey(KeyPaths.ETHEREUM);
  }

  /** A copy out of the cache. */
  @Benchmark
  public DerivedKey secp256k1Cached() {
    return cached.deriveEthereumKey(KeyPaths.ETHEREUM);
  }
}
