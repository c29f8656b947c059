/**
 * From one BIP-39 mnemonic to keys and encrypted credentials; start reading at {@link
 * org.alknet.vault.VaultServiceHandle}.
 *
 * <p>The handle is thread-safe and synchronous; secret holders are closed by whoever received them.
 * Wiping is best effort on the JVM: the collector may have copied an array before it was
 * overwritten, the platform's ciphers keep copies of their keys for a while, and Unicode
 * normalisation of text that is not ASCII passes through temporary strings. Keep lifetimes short
 * and run nodes without core dumps.
 *
 * <p>Specification: {@code spec/vault.md}.
 */
package org.alknet.vault;
