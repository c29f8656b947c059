/**
 * The Model Context Protocol in both directions: {@link org.alknet.http.mcp.ToMcp} shows the
 * operations of a node to programs that speak it, {@link org.alknet.http.mcp.FromMcp} makes the
 * tools of a server operations of the node (spec/http.md sections 13 and 14). Over HTTP only: a
 * server that would have to be started as a program is never spoken to.
 */
package org.alknet.http.mcp;
