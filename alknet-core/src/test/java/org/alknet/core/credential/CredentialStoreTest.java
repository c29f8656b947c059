package org.alknet.core.credential;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class CredentialStoreTest {
  private static final EncryptedData ONE = data(1, 7);
  private static final EncryptedData TWO = data(2, 8);

  private final InMemoryCredentialStore store = InMemoryCredentialStore.empty();

  @Test
  void credentialsAreStoredReplacedAndDeleted() throws Exception {
    assertThat(store.get("openai")).isEmpty();

    await(store.put("openai", ONE));
    assertThat(store.get("openai")).hasValue(ONE);

    await(store.put("openai", TWO));
    assertThat(store.get("openai")).hasValue(TWO);

    await(store.delete("openai"));
    assertThat(store.get("openai")).isEmpty();
  }

  @Test
  void deletingAMissingCredentialSucceeds() throws Exception {
    await(store.delete("ghost"));

    assertThat(store.get("ghost")).isEmpty();
  }

  @Test
  void theSeedIsCopied() {
    Map<String, EncryptedData> seed = new HashMap<>(Map.of("openai", ONE));
    InMemoryCredentialStore seeded = InMemoryCredentialStore.of(seed);
    seed.clear();

    assertThat(seeded.get("openai")).hasValue(ONE);
    assertThat(seeded).hasToString("InMemoryCredentialStore[1 credentials]");
  }

  @Test
  void encryptedDataCopiesItsBytesInAndOut() {
    byte[] salt = {1};
    byte[] iv = {2};
    byte[] cipher = {3};
    EncryptedData data = EncryptedData.of(1, salt, iv, cipher);
    salt[0] = 9;
    iv[0] = 9;
    cipher[0] = 9;
    data.salt()[0] = 9;
    data.iv()[0] = 9;
    data.data()[0] = 9;

    assertThat(data.salt()).containsExactly(1);
    assertThat(data.iv()).containsExactly(2);
    assertThat(data.data()).containsExactly(3);
  }

  @Test
  void encryptedDataIsEqualByContent() {
    assertThat(ONE)
        .isEqualTo(data(1, 7))
        .hasSameHashCodeAs(data(1, 7))
        .isNotEqualTo(data(2, 7))
        .isNotEqualTo(data(1, 8))
        .isNotEqualTo(EncryptedData.of(1, new byte[] {5}, new byte[12], new byte[] {7}))
        .isNotEqualTo(EncryptedData.of(1, new byte[0], new byte[11], new byte[] {7}));
  }

  @Test
  void encryptedDataShowsLengthsOnly() {
    assertThat(EncryptedData.of(3, new byte[2], new byte[12], new byte[] {'s', 'e', 'c'}))
        .hasToString("EncryptedData[keyVersion=3, salt=2 bytes, iv=12 bytes, data=3 bytes]");
  }

  @Test
  void keyVersionsAreUnsigned32BitNumbers() {
    assertThat(data(0xffff_ffffL, 1).keyVersion()).isEqualTo(4_294_967_295L);
    assertThatIllegalArgumentException().isThrownBy(() -> data(-1, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> data(0x1_0000_0000L, 1));
  }

  @Test
  void storeExceptionMessagesAreTheDocumentedOnes() {
    Exception cause = new Exception("why");

    assertThat(new StoreException.Backend("disk full")).hasMessage("backend error: disk full");
    assertThat(new StoreException.Backend("disk full", cause)).hasCause(cause);
    assertThat(new StoreException.NotFound("peer-a")).hasMessage("not found: peer-a");
    assertThat(new StoreException.Serialization("bad json", cause))
        .hasMessage("serialization error: bad json")
        .hasCause(cause);
  }

  private static EncryptedData data(long version, int content) {
    return EncryptedData.of(version, new byte[0], new byte[12], new byte[] {(byte) content});
  }

  private static void await(CompletionStage<Void> stage) throws Exception {
    stage.toCompletableFuture().get(10, SECONDS);
  }
}
