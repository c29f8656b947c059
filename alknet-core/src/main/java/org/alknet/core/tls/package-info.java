/**
 * How a node presents itself in a handshake and whom it expects: values only, no TLS machinery.
 * Start at {@link org.alknet.core.tls.TlsIdentity}. Everything here is immutable or thread-safe
 * (spec/core.md section 10).
 */
package org.alknet.core.tls;
