/**
 * Primitives shared by the vault and its keystore: wiping, encodings, ciphers, the word list.
 *
 * <p>Knows nothing of the packages above it and is not exported.
 */
package org.alknet.vault.internal;
