package org.alknet.bench.vault;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.alknet.vault.EncryptedData;
import org.alknet.vault.SecretBytes;
import org.alknet.vault.VaultServiceHandle;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Blobs beside bare calls of the JDK's cipher: once over bytes alone, and once with what the frozen
 * format asks of everybody, a nonce, a salt and Base64.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class BlobBenchmark {
  /** Bytes of plaintext. */
  @Param({"100", "4096", "1048576"})
  public int size;

  private final VaultServiceHandle vault = VaultServiceHandle.create();
  private final SecureRandom random = new SecureRandom();
  private final byte[] key = new byte[32];
  private final byte[] iv = new byte[12];
  private byte[] text = new byte[0];
  private byte[] sealed = new byte[0];
  private String sealedText = "";
  private String ivText = "";
  private EncryptedData blob = new EncryptedData(2, "", "", "");

  /** Unlocks the vault and prepares one blob of each kind. */
  @Setup
  public void prepare() throws GeneralSecurityException {
    String phrase = "test test test test test test test test test test test junk";
    vault.unlock(phrase.toCharArray(), null);
    text = "k".repeat(size).getBytes(StandardCharsets.US_ASCII);
    warmUpTheCipher();
    blob = vault.encrypt(text, 2);
    random.nextBytes(key);
    sealed = cipher(Cipher.ENCRYPT_MODE).doFinal(text);
    sealedText = Base64.getEncoder().encodeToString(sealed);
    ivText = Base64.getEncoder().encodeToString(iv);
  }

  /** Wipes the vault. */
  @TearDown
  public void lock() {
    vault.close();
  }

  // The JDK's cipher is compiled by the number of its calls, of which large texts make few.
  private void warmUpTheCipher() throws GeneralSecurityException {
    byte[] small = new byte[4096];
    for (int i = 0; i < 30_000; i++) {
      random.nextBytes(iv);
      byte[] once = cipher(Cipher.ENCRYPT_MODE).doFinal(small);
      small[i % small.length] = (byte) (cipher(Cipher.DECRYPT_MODE).doFinal(once)[0] & 0x7f);
    }
  }

  /** The vault's way. */
  @Benchmark
  public EncryptedData vaultEncrypt() {
    return vault.encrypt(text, 2);
  }

  /** The cipher alone. */
  @Benchmark
  public byte[] bareEncrypt() throws GeneralSecurityException {
    random.nextBytes(iv);
    return cipher(Cipher.ENCRYPT_MODE).doFinal(text);
  }

  /** The cipher and the texts of the blob. */
  @Benchmark
  public EncryptedData bareEncryptAndEncode() throws GeneralSecurityException {
    byte[] salt = new byte[32];
    random.nextBytes(iv);
    random.nextBytes(salt);
    Base64.Encoder base64 = Base64.getEncoder();
    return new EncryptedData(
        2,
        base64.encodeToString(salt),
        base64.encodeToString(iv),
        base64.encodeToString(cipher(Cipher.ENCRYPT_MODE).doFinal(text)));
  }

  /** The vault's way, to bytes. */
  @Benchmark
  public int vaultDecrypt() {
    try (SecretBytes plaintext = vault.decryptToBytes(blob)) {
      return plaintext.length();
    }
  }

  /** The vault's way, to a string. */
  @Benchmark
  public String vaultDecryptToString() {
    return vault.decrypt(blob);
  }

  /** The cipher alone. */
  @Benchmark
  public byte[] bareDecrypt() throws GeneralSecurityException {
    GCMParameterSpec spec = new GCMParameterSpec(128, Base64.getDecoder().decode(ivText));
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(key, "AES"), spec);
    return cipher.doFinal(sealed);
  }

  /** The texts of the blob and the cipher. */
  @Benchmark
  public byte[] bareDecodeAndDecrypt() throws GeneralSecurityException {
    GCMParameterSpec spec = new GCMParameterSpec(128, Base64.getDecoder().decode(ivText));
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(key, "AES"), spec);
    return cipher.doFinal(Base64.getDecoder().decode(sealedText));
  }

  private Cipher cipher(int mode) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, iv.clone()));
    return cipher;
  }
}
