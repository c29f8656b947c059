package org.alknet.vault.internal;

/** A phrase that is no English BIP-39 mnemonic; names a position, never a word. */
public final class MalformedPhraseException extends Exception {
  private static final long serialVersionUID = 1;

  private final String flaw;

  /** Says which rule the phrase breaks. */
  public MalformedPhraseException(String flaw) {
    super(flaw);
    this.flaw = flaw;
  }

  /** Which rule the phrase breaks. */
  public String flaw() {
    return flaw;
  }
}
