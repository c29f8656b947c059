package org.alknet.bench.core;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.alknet.core.internal.der.CarrierCertificate;
import org.alknet.core.tls.Ed25519SecretKey;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The certificate that carries a raw key: one signature to build, one to check. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class CarrierBenchmark {
  private final Ed25519SecretKey key = Ed25519SecretKey.generate();
  private final byte[] publicKey = key.publicKey();
  private final byte[] carrier = CarrierCertificate.build(publicKey, key::sign);
  private final byte[] other = new byte[CarrierCertificate.BYTES];

  /** Once for each identity. */
  @Benchmark
  public byte[] build() {
    return CarrierCertificate.build(publicKey, key::sign);
  }

  /** Once for each connection and side. */
  @Benchmark
  public Optional<byte[]> recognise() {
    return CarrierCertificate.recognise(carrier);
  }

  /** A certificate that is none costs a comparison. */
  @Benchmark
  public Optional<byte[]> recogniseAnother() {
    return CarrierCertificate.recognise(other);
  }
}
