/**
 * Operations of HTTP services that have an OpenAPI document, and the document of this node's own
 * gateway (spec/http.md sections 10 and 11). Start with {@link org.alknet.http.openapi.FromOpenApi}
 * or {@link org.alknet.http.openapi.ToOpenApi}. Documents are never believed: references lead
 * nowhere outside, and everything is bounded.
 */
package org.alknet.http.openapi;
