package org.alknet.vault;

/** The language whose word list a mnemonic is read with. Seeds need no list, see {@link Bip39}. */
public enum Language {
  /** The 2 048 English words of BIP-39. */
  ENGLISH
}
