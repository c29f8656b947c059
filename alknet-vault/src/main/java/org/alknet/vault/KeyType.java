package org.alknet.vault;

/** What a derived key is for; the wire name is what JSON and logs show. */
public enum KeyType {
  /** RFC 8032 secret of 32 bytes, public key of 32 bytes. */
  ED25519("Ed25519", 32),
  /** AES key of 32 bytes, no public key. */
  AES_256_GCM("Aes256Gcm", 0),
  /** Scalar of 32 bytes, compressed public key of 33 bytes. */
  SECP256K1("Secp256k1", 33);

  private final String wireName;
  private final int publicKeyBytes;

  KeyType(String wireName, int publicKeyBytes) {
    this.wireName = wireName;
    this.publicKeyBytes = publicKeyBytes;
  }

  /** The name in JSON. */
  public String wireName() {
    return wireName;
  }

  /** Bytes of the public key; 0 if there is none. */
  public int publicKeyBytes() {
    return publicKeyBytes;
  }
}
