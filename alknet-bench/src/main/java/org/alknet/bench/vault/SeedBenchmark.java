package org.alknet.bench.vault;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import org.alknet.vault.Bip39;
import org.alknet.vault.Seed;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** A sentence to a seed, 2 048 rounds of HMAC-SHA512, beside what the JDK needs for the same. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class SeedBenchmark {
  private static final int ROUNDS = 2048;
  private static final String SENTENCE =
      "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon"
          + " about";

  private final char[] sentence = SENTENCE.toCharArray();
  private final char[] passphrase = "TREZOR".toCharArray();
  private final byte[] salt = "mnemonicTREZOR".getBytes(StandardCharsets.UTF_8);

  /** The vault's way. */
  @Benchmark
  public int vaultSeedFromSentence() {
    try (Seed seed = Bip39.seedFromSentence(sentence, passphrase)) {
      return seed.length();
    }
  }

  /** The JDK's own PBKDF2. */
  @Benchmark
  public byte[] jdkPbkdf2() throws GeneralSecurityException {
    return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA512")
        .generateSecret(new PBEKeySpec(sentence, salt, ROUNDS, 512))
        .getEncoded();
  }

  /** Nothing but the rounds, with the JDK's HMAC. */
  @Benchmark
  public byte[] bareHmacLoop() throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA512");
    mac.init(new SecretKeySpec(SENTENCE.getBytes(StandardCharsets.UTF_8), "HmacSHA512"));
    byte[] block = Arrays.copyOf(salt, salt.length + 4);
    block[block.length - 1] = 1;
    byte[] link = mac.doFinal(block);
    byte[] result = link.clone();
    for (int i = 1; i < ROUNDS; i++) {
      link = mac.doFinal(link);
      for (int k = 0; k < result.length; k++) {
        result[k] ^= link[k];
      }
    }
    return result;
  }
}
