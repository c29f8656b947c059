/**
 * Who a peer is: identities, the credentials that lead to them, and the stores they are looked up
 * in. Start at {@link org.alknet.core.identity.IdentityProvider}. Everything here is immutable or
 * thread-safe, and lookups never block (spec/core.md sections 7 to 9 and 14).
 */
package org.alknet.core.identity;
