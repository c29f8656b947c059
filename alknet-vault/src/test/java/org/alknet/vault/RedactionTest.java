package org.alknet.vault;

import static org.alknet.vault.Vectors.ABANDON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.alknet.canary.Canaries;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Looks for secrets in everything that prints, in every encoding a secret might take. */
final class RedactionTest {
  private static final String PASSPHRASE = "Tr0ub4dor-passphrase";
  private static final String PLAINTEXT = "sk-proj-plaintext-credential";

  private final RecordingLogger logger = new RecordingLogger();
  private final VaultServiceHandle vault =
      VaultServiceHandle.builder().secp256k1(true).logger(logger).build();
  private final List<AutoCloseable> holders = new ArrayList<>();
  private final List<String> needles = new ArrayList<>();

  @BeforeEach
  void createEverything() {
    Canaries.register("the mnemonic", ABANDON);
    Canaries.register("the passphrase", PASSPHRASE);
    Canaries.register("the credential", PLAINTEXT);
    Mnemonic mnemonic = keep(Mnemonic.fromPhrase(ABANDON.toCharArray(), Language.ENGLISH));
    Seed seed = keep(mnemonic.toSeed(PASSPHRASE.toCharArray()));
    vault.unlock(ABANDON.toCharArray(), PASSPHRASE.toCharArray());
    ExtendedPrivateKey edwards = keep(Slip10Ed25519.derive(seed, KeyPaths.IDENTITY));
    Secp256k1ExtendedPrivateKey koblitz = keep(Bip32Secp256k1.derive(seed, KeyPaths.ETHEREUM));
    DerivedKey aes = keep(vault.deriveEncryptionKey(KeyPaths.ENCRYPTION));
    keep(vault.deriveEd25519(KeyPaths.IDENTITY));
    keep(vault.deriveEthereumKey(KeyPaths.ETHEREUM));
    keep(mnemonic.phrase());
    keep(EncryptionKey.of(aes.copyPrivateKey(), 2));
    keep(CachedKey.copyOf(aes, 0));
    keep(vault.scopedDeriver(List.of(KeyPaths.IDENTITY)));
    EncryptedData blob = vault.encrypt(PLAINTEXT, 2);
    keep(vault.decryptToBytes(blob));
    vault.rotate(blob, 3);
    for (byte[] secret :
        List.of(
            seed.copySeedBytes(),
            edwards.copyPrivateKey(),
            edwards.copyChainCode(),
            koblitz.copyPrivateKey(),
            koblitz.copyChainCode(),
            aes.copyPrivateKey(),
            PLAINTEXT.getBytes(StandardCharsets.UTF_8),
            PASSPHRASE.getBytes(StandardCharsets.UTF_8))) {
      addNeedles(secret);
    }
    needles.addAll(List.of(PASSPHRASE, PLAINTEXT, "abandon", "about"));
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable holder : holders) {
      holder.close();
    }
    vault.close();
  }

  private <T extends AutoCloseable> T keep(T holder) {
    holders.add(holder);
    return holder;
  }

  /** A run of eight bytes in every encoding is enough to notice any of them. */
  private void addNeedles(byte[] secret) {
    byte[] start = Arrays.copyOf(secret, 8);
    String hex = HexFormat.of().formatHex(start);
    needles.add(hex);
    needles.add(hex.toUpperCase(Locale.ROOT));
    needles.add(Base64.getEncoder().encodeToString(start).substring(0, 10));
    needles.add(Base64.getUrlEncoder().encodeToString(start).substring(0, 10));
    for (String separator : List.of(",", ", ")) {
      needles.add(decimals(start, separator, 0xff));
      needles.add(decimals(start, separator, -1));
    }
  }

  private static String decimals(byte[] bytes, String separator, int mask) {
    return IntStream.range(0, bytes.length)
        .mapToObj(i -> Integer.toString(bytes[i] & mask))
        .collect(Collectors.joining(separator));
  }

  private void assertClean(String text) {
    assertThat(needles).isNotEmpty().noneMatch(text::contains);
  }

  @Test
  void theSearchFindsWhatItLooksFor() {
    byte[] seed = vault.state().whileUnlocked(keys -> keys.seed().copySeedBytes());
    for (String leak :
        List.of(
            HexFormat.of().formatHex(seed),
            HexFormat.of().withUpperCase().formatHex(seed),
            Base64.getEncoder().encodeToString(seed),
            Arrays.toString(seed),
            decimals(seed, ",", 0xff),
            "a " + ABANDON)) {
      assertThat(needles).anyMatch(leak::contains);
    }
  }

  @Test
  void noHolderPrintsItsSecret() {
    for (AutoCloseable holder : holders) {
      assertClean(holder.toString());
      assertThat(holder.toString()).contains("[REDACTED]");
    }
    assertClean(vault.toString());
  }

  @Test
  void noJsonHoldsASecret() {
    for (AutoCloseable holder : holders) {
      if (holder instanceof DerivedKey key) {
        assertClean(key.toJson());
        assertThat(key.toJson()).contains("\"private_key\":\"[REDACTED]\"");
      }
    }
    assertClean(vault.encrypt(PLAINTEXT, 2).toJson());
  }

  @Test
  void loggerFedWithEverythingStaysClean() {
    for (AutoCloseable holder : holders) {
      logger.log(System.Logger.Level.INFO, "{0} {1}", holder, vault);
    }
    vault.lock();
    assertThat(logger.lines()).hasSizeGreaterThan(holders.size());
    logger.lines().forEach(this::assertClean);
  }

  @Test
  void noExceptionHoldsASecret() {
    EncryptedData blob = vault.encrypt(PLAINTEXT, 2);
    byte[] key;
    try (DerivedKey derived = vault.deriveEncryptionKey(KeyPaths.ENCRYPTION)) {
      key = derived.copyPrivateKey();
    }
    List<Supplier<Object>> failures =
        List.of(
            () -> vault.encrypt(PLAINTEXT + "\ud800", 2),
            () -> vault.encrypt(concatenate(PLAINTEXT, (byte) 0xff), 2),
            () -> vault.decrypt(new EncryptedData(3, blob.salt(), blob.iv(), blob.data())),
            () -> vault.decrypt(new EncryptedData(2, "", PLAINTEXT, blob.data())),
            () -> vault.decrypt(new EncryptedData(2, "", blob.iv(), PLAINTEXT)),
            () -> vault.deriveEd25519("m/" + PASSPHRASE),
            () -> vault.unlockNew(12, PASSPHRASE.toCharArray()),
            () -> Mnemonic.fromPhrase((ABANDON + " x").toCharArray(), Language.ENGLISH),
            () ->
                Mnemonic.fromPhrase(
                    ABANDON.replace("about", PASSPHRASE).toCharArray(), Language.ENGLISH),
            () ->
                Mnemonic.fromPhrase(
                    ABANDON.replace("about", "above").toCharArray(), Language.ENGLISH),
            () -> Bip39.seedFromSentence((ABANDON + "\ud800").toCharArray(), null),
            () -> EncryptionKey.of(Arrays.copyOf(key, 31), 2),
            () -> EncryptedData.fromJson("{\"" + PLAINTEXT + "\":" + PASSPHRASE),
            () ->
                DerivedKeyJson.read(
                    "{\"key_type\":\"Ed25519\",\"private_key\":"
                        + Arrays.toString(Arrays.copyOf(key, 31)).replace("-", "")
                        + ",\"public_key\":[]}"));
    for (Supplier<Object> failure : failures) {
      assertThatThrownBy(failure::get).satisfies(e -> assertClean(trace(e)));
    }
  }

  @Test
  void nothingCanBeSerialised() throws IOException {
    List<Object> objects = new ArrayList<>(holders);
    objects.add(vault);
    objects.add(vault.encrypt("text", 2));
    for (Object object : objects) {
      try (ObjectOutputStream out = new ObjectOutputStream(new ByteArrayOutputStream())) {
        assertThatThrownBy(() -> out.writeObject(object))
            .isInstanceOf(NotSerializableException.class);
      }
    }
  }

  @Test
  void secretHoldersHaveNoEqualityOfTheirOwn() throws NoSuchMethodException {
    for (AutoCloseable holder : holders) {
      assertThat(holder.getClass().getMethod("equals", Object.class).getDeclaringClass())
          .isEqualTo(Object.class);
    }
  }

  @Test
  void secretTextAndBytesAreZeroAfterClose() {
    SecretChars chars = SecretChars.owning(ABANDON.toCharArray());
    SecretBytes bytes = SecretBytes.owning(PLAINTEXT.getBytes(StandardCharsets.UTF_8));
    assertThat(chars.length()).isEqualTo(ABANDON.length());
    assertThat(bytes.length()).isEqualTo(PLAINTEXT.length());
    char[] lentChars = chars.useChars(lent -> lent);
    byte[] lentBytes = bytes.useBytes(lent -> lent);
    assertThat(lentChars).containsOnly('\0');
    assertThat(lentBytes).containsOnly(0);
    assertThat(new String(chars.copyChars())).isEqualTo(ABANDON);
    assertThat(chars.isDestroyed() || bytes.isDestroyed()).isFalse();

    chars.close();
    bytes.close();

    assertThat(chars.backingArray()).containsOnly('\0');
    assertThat(bytes.backingArray()).containsOnly(0);
    assertThat(chars.isDestroyed() && bytes.isDestroyed()).isTrue();
    assertThatThrownBy(chars::copyChars).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(bytes::copyBytes).isInstanceOf(IllegalStateException.class);

    SecretBytes destroyed = SecretBytes.owning(new byte[] {1});
    destroyed.destroy();
    assertThat(destroyed.backingArray()).containsOnly(0);
  }

  @Test
  void encryptionKeyTakesItsStartAndIsWiped() {
    byte[] derived = new byte[40];
    Arrays.fill(derived, (byte) 9);
    EncryptionKey key = EncryptionKey.of(derived, 7);
    byte[] backing = key.backingArray();
    assertThat(backing).hasSize(32).containsOnly(9);
    assertThat(key).hasToString("EncryptionKey[version=7, [REDACTED]]");
    key.close();
    assertThat(backing).containsOnly(0);
    assertThatThrownBy(() -> EncryptionKey.of(new byte[31], 2))
        .isInstanceOfSatisfying(
            VaultException.class,
            e -> assertThat(e.kind()).isEqualTo(VaultException.Kind.ENCRYPTION));
  }

  private static byte[] concatenate(String text, byte last) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
    longer[bytes.length] = last;
    return longer;
  }

  private static String trace(Throwable thrown) {
    StringWriter text = new StringWriter();
    thrown.printStackTrace(new PrintWriter(text, true));
    return text.toString();
  }
}
