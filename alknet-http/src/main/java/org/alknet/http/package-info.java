/**
 * The HTTP face of a node. Start at {@link org.alknet.http.HttpServer}. Everything is thread-safe
 * but builders (spec/http.md).
 */
package org.alknet.http;
