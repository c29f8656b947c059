/**
 * One connection to a peer, as an application uses it. Start with {@link
 * org.alknet.call.connection.CallConnection} (spec/call.md sections 16 and 18).
 */
package org.alknet.call.connection;
