/**
 * What travels: envelopes, their frames, and the limits both keep (spec/call.md section 3). For the
 * HTTP module, which carries the same envelopes over a WebSocket. Start with {@link
 * org.alknet.call.wire.EventEnvelope}.
 *
 * <p>Values are immutable; a reader serves one stream and is not thread-safe.
 */
package org.alknet.call.wire;
