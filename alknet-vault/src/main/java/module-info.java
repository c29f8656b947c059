import org.jspecify.annotations.NullMarked;

/** Mnemonic, keys and encrypted credentials; knows no other module of alknet. */
@NullMarked
module org.alknet.vault {
  requires static transitive org.jspecify;
  requires static com.google.errorprone.annotations;
  requires org.bouncycastle.provider;

  exports org.alknet.vault;
  exports org.alknet.vault.keystore;
}
