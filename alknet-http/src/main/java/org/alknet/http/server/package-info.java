/**
 * Requests, replies and what decides about them: routes, decoy, limits, origins. Start at {@link
 * org.alknet.http.server.HttpExchange}. Values are immutable; handlers run on workers, never on a
 * transport thread (spec/http.md sections 4, 8, 9 and 17).
 */
package org.alknet.http.server;
