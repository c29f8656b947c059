package org.alknet.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.alknet.core.credential.CredentialStore;
import org.alknet.core.credential.EncryptedData;
import org.alknet.testkit.Await;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link CredentialStore} does (spec/core.md section 14.2). */
public abstract class CredentialStoreContract {
  private CredentialStore store;

  /** For subclasses. */
  protected CredentialStoreContract() {}

  /** Returns a fresh, empty store; it is closed after the test if it can be. */
  protected abstract CredentialStore open() throws Exception;

  /** Opens the store of the test. */
  @BeforeEach
  public final void openStore() throws Exception {
    store = open();
  }

  /** Closes it. */
  @AfterEach
  public final void closeStore() throws Exception {
    if (store instanceof AutoCloseable closeable) {
      closeable.close();
    }
  }

  @Test
  public void missingCredentialIsNoError() {
    assertThat(store.get("openai")).isEmpty();
    assertThat(store.get("")).isEmpty();
  }

  @Test
  public void credentialComesBackAsItWas() {
    EncryptedData data = data(1, 12, 40);

    put("openai", data);

    assertThat(store.get("openai")).contains(data);
    assertThat(store.get("github")).isEmpty();
  }

  @Test
  public void everyFieldSurvivesAtItsExtremes() {
    EncryptedData emptySalt = data(0, 12, 16);
    EncryptedData withSalt =
        EncryptedData.of(0xffff_ffffL, bytes(2, 64), bytes(3, 12), bytes(4, 100_000));
    EncryptedData nothing = EncryptedData.of(0, new byte[0], new byte[0], new byte[0]);

    put("empty salt", emptySalt);
    put("with salt", withSalt);
    put("nothing", nothing);

    assertThat(store.get("empty salt")).contains(emptySalt);
    assertThat(store.get("with salt")).contains(withSalt);
    assertThat(store.get("nothing")).contains(nothing);
  }

  @Test
  public void putReplaces() {
    put("openai", data(1, 12, 40));
    EncryptedData next = data(2, 12, 50);

    put("openai", next);

    assertThat(store.get("openai")).contains(next);
  }

  @Test
  public void providerNamesAreComparedExactly() {
    EncryptedData lower = data(1, 12, 40);
    EncryptedData upper = data(2, 12, 40);
    EncryptedData odd = data(3, 12, 40);
    put("openai", lower);
    put("OpenAI", upper);
    put("'; DELETE FROM credentials; --", odd);

    assertThat(store.get("openai")).contains(lower);
    assertThat(store.get("OpenAI")).contains(upper);
    assertThat(store.get("'; DELETE FROM credentials; --")).contains(odd);
    assertThat(store.get("openai ")).isEmpty();
    assertThat(store.get("%")).isEmpty();
  }

  @Test
  public void deleteRemovesOneCredentialOnly() {
    put("openai", data(1, 12, 40));
    EncryptedData other = data(2, 12, 40);
    put("github", other);

    Await.result(store.delete("openai"));

    assertThat(store.get("openai")).isEmpty();
    assertThat(store.get("github")).contains(other);
  }

  @Test
  public void deletingAMissingCredentialSucceeds() {
    Await.result(store.delete("openai"));
    Await.result(store.delete("openai"));

    assertThat(store.get("openai")).isEmpty();
  }

  @Test
  public void nullIsMisuse() {
    assertThatNullPointerException().isThrownBy(() -> store.get(Nulls.of(String.class)));
    assertThatNullPointerException()
        .isThrownBy(() -> store.put("openai", Nulls.of(EncryptedData.class)));
    assertThatNullPointerException().isThrownBy(() -> store.delete(Nulls.of(String.class)));
  }

  @Test
  public void stringFormShowsNoProviderAndNoBytes() {
    put("very-private-provider", data(1, 12, 40));

    assertThat(store.toString()).doesNotContain("very-private-provider");
  }

  @Test
  public void concurrentWritersAllSucceed() {
    int writers = 4;
    int each = 10;
    ExecutorService executor = Executors.newFixedThreadPool(writers);
    try {
      List<CompletionStage<Void>> done = new ArrayList<>();
      for (int w = 0; w < writers; w++) {
        int first = w * each;
        done.add(
            CompletableFuture.runAsync(
                () -> {
                  for (int i = first; i < first + each; i++) {
                    put("provider-" + i, data(i, 12, 40));
                  }
                },
                executor));
      }
      done.forEach(Await::result);
    } finally {
      executor.shutdown();
    }

    for (int i = 0; i < writers * each; i++) {
      assertThat(store.get("provider-" + i)).contains(data(i, 12, 40));
    }
  }

  private void put(String provider, EncryptedData data) {
    Await.result(store.put(provider, data));
  }

  private static EncryptedData data(int seed, int ivBytes, int dataBytes) {
    return EncryptedData.of(seed, new byte[0], bytes(seed, ivBytes), bytes(seed + 1L, dataBytes));
  }

  private static byte[] bytes(long seed, int count) {
    byte[] bytes = new byte[count];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }
}
