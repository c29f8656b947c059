/**
 * The five endpoints by which the operation registry is used over plain HTTP. Start at {@link
 * org.alknet.http.gateway.GatewayDispatch}. Everything is thread-safe (spec/http.md sections 5 to
 * 7).
 */
package org.alknet.http.gateway;
