/**
 * The optional encrypted file for the mnemonic of an unattended node; start reading at {@link
 * org.alknet.vault.keystore.Keystore}.
 *
 * <p>The only package of this module that touches files. Specification: {@code spec/vault.md},
 * appendix A.
 */
package org.alknet.vault.keystore;
