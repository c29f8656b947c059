/**
 * What a node uses towards others: encrypted credentials at rest, and secrets in the hands of a
 * handler. Start at {@link org.alknet.core.credential.Capabilities}. Everything here is immutable or
 * thread-safe (spec/core.md sections 14 and 15).
 */
package org.alknet.core.credential;
