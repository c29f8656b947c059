/**
 * Requests to other HTTP services, for adapters. Start at {@link
 * org.alknet.http.client.OutboundHttpClient}. Values are immutable (spec/http.md section 12).
 */
package org.alknet.http.client;
